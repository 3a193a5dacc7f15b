package io.virga.computeagent.console;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.virga.dataplane.limit.Room;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * WebSockets that are joined to the serial lines of guests, at most {@value #MOST} at once. A line
 * is one client's: who comes later ends the session of who was there, since a line that two read
 * would give each a part of it.
 */
final class SerialSessions implements AutoCloseable {

  static final int MOST = 16;

  /** One that reads, one that writes, one that ends: for each session. */
  private static final int THREADS = 3 * MOST;

  private final Scheduler threads =
      Schedulers.newBoundedElastic(THREADS, MOST, "compute-serial", 60, true);
  private final Room room = new Room(MOST);
  private final ConcurrentHashMap<String, Session> sessions = new ConcurrentHashMap<>();

  /** Answers with a WebSocket; completes once it is one. */
  Mono<Void> join(String instanceId, Path terminal, HttpServerResponse response) {
    Optional<Room.Place> place = room.enter();
    if (place.isEmpty()) {
      return Mono.error(
          new IllegalStateException("this host has " + MOST + " serial sessions already"));
    }
    Session session = new Session(instanceId, place.get());
    return Mono.fromCallable(() -> session.take(terminal))
        .subscribeOn(threads)
        .flatMap(line -> join(session, line, response))
        .doOnError(e -> session.end())
        .doOnCancel(session::end);
  }

  private Mono<Void> join(Session session, SerialLine line, HttpServerResponse response) {
    return Mono.from(
        response.sendWebsocket(
            // Who is told of the end finds room.
            (in, out) -> join(line, in, out).doOnTerminate(session::end).doOnCancel(session::end),
            WebSockets.SPEC));
  }

  /** A client with its place, and the line that it has. */
  private final class Session {

    private final String instanceId;
    private final AtomicReference<@Nullable SerialLine> line = new AtomicReference<>();
    private final Room.Place place;

    Session(String instanceId, Room.Place place) {
      this.instanceId = instanceId;
      this.place = place;
    }

    /** Opens the line, and takes it from who had it. */
    SerialLine take(Path terminal) throws IOException {
      SerialLine opened = SerialLine.open(terminal);
      line.set(opened);
      Optional.ofNullable(sessions.put(instanceId, this)).ifPresent(Session::end);
      if (place.isLeft()) {
        letGo();
      }
      return opened;
    }

    void end() {
      if (place.leave()) {
        threads.schedule(this::letGo);
      }
    }

    /** Likewise, at once; blocks. */
    void close() {
      place.leave();
      letGo();
    }

    private void letGo() {
      sessions.remove(instanceId, this);
      Optional.ofNullable(line.getAndSet(null)).ifPresent(SerialLine::close);
    }
  }

  private Mono<Void> join(SerialLine line, WebsocketInbound in, WebsocketOutbound out) {
    Flux<BinaryWebSocketFrame> written =
        Flux.<byte[]>generate(sink -> line.read().ifPresentOrElse(sink::next, sink::complete))
            .subscribeOn(threads)
            .map(bytes -> new BinaryWebSocketFrame(Unpooled.wrappedBuffer(bytes)));
    Mono<Void> typed =
        in.receive()
            .asByteArray()
            .concatMap(
                bytes -> Mono.<Void>fromRunnable(() -> line.write(bytes)).subscribeOn(threads), 1)
            .then();
    return Mono.firstWithSignal(out.sendObject(written, frame -> true).then(), typed);
  }

  @Override
  public void close() {
    sessions.values().forEach(Session::close);
    threads.dispose();
  }
}
