package io.virga.computeagent.console;

import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.virga.dataplane.transport.Transport;
import java.nio.file.Path;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.tcp.TcpClient;

/** WebSockets that are joined to the screens of guests, each to a VNC connection of its own. */
final class VncSessions {

  private final Transport transport;

  VncSessions(Transport transport) {
    this.transport = transport;
  }

  /** Answers with a WebSocket; completes once it is one. */
  Mono<Void> join(Path socket, HttpServerResponse response) {
    return TcpClient.create(ConnectionProvider.newConnection())
        .runOn(transport.loopResources())
        .remoteAddress(() -> transport.domainAddress(socket))
        .connect()
        .flatMap(
            screen ->
                Mono.from(
                        response.sendWebsocket(
                            (in, out) -> join(screen, in, out).doFinally(end -> screen.dispose()),
                            WebSockets.SPEC))
                    .doOnError(e -> screen.dispose())
                    .doOnCancel(screen::dispose));
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
