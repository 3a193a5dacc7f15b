package io.virga.control.compute.api;

import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.virga.control.compute.server.ConsoleTokens.Opened;
import io.virga.control.compute.server.Consoles;
import io.virga.control.fault.ApiFault;
import io.virga.dataplane.limit.Room;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseCookie;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/** Joins clients' WebSockets to those of the compute agents, at most {@value #MOST} at once. */
final class ConsoleSessions {

  static final int MOST = 256;

  private static final Duration PING = Duration.ofSeconds(30);
  private static final Logger log = LoggerFactory.getLogger(ConsoleSessions.class);

  /** The rest are pings, and answers to ours. */
  private static final Set<WebSocketMessage.Type> TYPED =
      EnumSet.of(WebSocketMessage.Type.BINARY, WebSocketMessage.Type.TEXT);

  private final Consoles consoles;
  private final HandshakeWebSocketService handshakes = new HandshakeWebSocketService();
  private final Room room = new Room(MOST);

  ConsoleSessions(Consoles consoles) {
    this.consoles = consoles;
  }

  /** The answer to whoever may open the console; fails with unavailable if there are too many. */
  ServerResponse join(Opened opened) {
    if (room.isFull()) {
      throw ApiFault.unavailable("There are " + room.places() + " console sessions already.");
    }
    return new Upgrade(exchange -> Mono.defer(() -> join(exchange, opened)));
  }

  private Mono<Void> join(ServerWebExchange exchange, Opened opened) {
    Optional<Room.Place> place = room.enter();
    if (place.isEmpty()) {
      // Others have come since it was looked.
      exchange.getResponse().setStatusCode(HttpStatus.SERVICE_UNAVAILABLE);
      return exchange.getResponse().setComplete();
    }
    // It completes with the handshake, from when on the place is the session's.
    return handshakes
        .handleRequest(exchange, new Joining(opened, place.get()))
        .doOnError(e -> place.get().leave())
        .doOnCancel(place.get()::leave);
  }

  /** A client that is being joined. */
  private final class Joining implements WebSocketHandler {

    private final Opened opened;
    private final Room.Place place;

    Joining(Opened opened, Room.Place place) {
      this.opened = opened;
      this.place = place;
    }

    /** What clients of consoles ask for, if they ask for any. */
    @Override
    public List<String> getSubProtocols() {
      return List.of("binary");
    }

    @Override
    public Mono<Void> handle(WebSocketSession session) {
      return consoles
          .join(opened.server(), opened.console(), (in, out) -> joined(session, in, out))
          .onErrorResume(
              e -> {
                log.warn("console of {}: {}", opened.server().id(), e.toString());
                return session.close(CloseStatus.SERVER_ERROR);
              })
          // Who is told of the end finds room.
          .doOnTerminate(place::leave)
          .doOnCancel(place::leave);
    }
  }

  private static Publisher<Void> joined(
      WebSocketSession session, WebsocketInbound in, WebsocketOutbound out) {
    // One by one, so that the end of the host's side, of which there may still be something to
    // show,
    // does not cancel what the client sends: that would close its WebSocket at once.
    Mono<Void> typed =
        session
            .receive()
            .filter(message -> TYPED.contains(message.getType()))
            .map(ConsoleSessions::frame)
            .concatMap(frame -> out.sendObject(frame).then().onErrorComplete(), 1)
            .doOnDiscard(BinaryWebSocketFrame.class, BinaryWebSocketFrame::release)
            .then();
    Sinks.Empty<Void> end = Sinks.empty();
    Flux<WebSocketMessage> written =
        in.receive()
            .retain()
            .map(
                bytes ->
                    session.binaryMessage(
                        buffers -> ((NettyDataBufferFactory) buffers).wrap(bytes)))
            .doFinally(signal -> end.tryEmitEmpty());
    Mono<Void> shown =
        session.send(
            Flux.merge(written, pings(session).takeUntilOther(end.asMono()))
                .doOnDiscard(WebSocketMessage.class, WebSocketMessage::release));
    return Mono.firstWithSignal(typed, shown);
  }

  /** A client that is gone without a word is found by what cannot be sent to it. */
  private static Flux<WebSocketMessage> pings(WebSocketSession session) {
    return Flux.interval(PING)
        .onBackpressureDrop()
        .map(tick -> session.pingMessage(buffers -> buffers.wrap(new byte[0])));
  }

  private static BinaryWebSocketFrame frame(WebSocketMessage message) {
    return new BinaryWebSocketFrame(
        NettyDataBufferFactory.toByteBuf(message.getPayload()).retain());
  }

  /** Writes itself. */
  @FunctionalInterface
  private interface Handshake {

    Mono<Void> with(ServerWebExchange exchange);
  }

  /** An answer that is no HTTP any more. */
  private record Upgrade(Handshake handshake) implements ServerResponse {

    @Override
    public HttpStatusCode statusCode() {
      return HttpStatus.SWITCHING_PROTOCOLS;
    }

    @Override
    public HttpHeaders headers() {
      return HttpHeaders.EMPTY;
    }

    @Override
    public MultiValueMap<String, ResponseCookie> cookies() {
      return new LinkedMultiValueMap<>();
    }

    @Override
    public Mono<Void> writeTo(ServerWebExchange exchange, Context context) {
      return handshake.with(exchange);
    }
  }
}
