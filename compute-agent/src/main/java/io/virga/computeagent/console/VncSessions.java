package io.virga.computeagent.console;

import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.virga.dataplane.limit.Room;
import io.virga.dataplane.transport.Transport;
import java.nio.file.Path;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.tcp.TcpClient;

/**
 * WebSockets that are joined to the screens of guests, each to a VNC connection of its own, at most
 * {@value #MOST} at once.
 */
final class VncSessions {

  static final int MOST = 64;

  private final Room room = new Room(MOST);
  private final Transport transport;

  VncSessions(Transport transport) {
    this.transport = transport;
  }

  /** Answers with a WebSocket; completes once it is one. */
  Mono<Void> join(Path socket, HttpServerResponse response) {
    Optional<Room.Place> place = room.enter();
    if (place.isEmpty()) {
      return Mono.error(
          new IllegalStateException("this host has " + MOST + " sessions at screens already"));
    }
    return TcpClient.create(ConnectionProvider.newConnection())
        .runOn(transport.loopResources())
        .remoteAddress(() -> transport.domainAddress(socket))
        .connect()
        .flatMap(
            screen -> {
              // The end of the connection is the end of the session, however that comes.
              screen.onDispose(place.get()::leave);
              return Mono.from(
                      response.sendWebsocket(
                          (in, out) -> join(screen, in, out).doFinally(end -> screen.dispose()),
                          WebSockets.SPEC))
                  .doOnError(e -> screen.dispose())
                  .doOnCancel(screen::dispose);
            })
        .doOnError(e -> place.get().leave())
        .doOnCancel(place.get()::leave);
  }

  private static Mono<Void> join(Connection screen, WebsocketInbound in, WebsocketOutbound out) {
    Mono<Void> shown =
        out.sendObject(
                screen.inbound().receive().retain().map(BinaryWebSocketFrame::new), frame -> true)
            .then();
    Mono<Void> typed = screen.outbound().send(in.receive().retain(), bytes -> true).then();
    return Mono.firstWithSignal(shown, typed);
  }
}
