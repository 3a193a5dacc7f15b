package io.virga.dataplane.door;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.tls.ProcessIdentity;
import io.virga.dataplane.transport.Transport;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** An HTTP server over mutual TLS that answers control's certificate alone, and only GET. */
public final class ControlDoor implements AutoCloseable {

  private static final Duration IDLE = Duration.ofSeconds(60);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

  private final DisposableServer server;

  private ControlDoor(DisposableServer server) {
    this.server = server;
  }

  /** Answers one GET of control's. */
  @FunctionalInterface
  public interface Answers {
    Publisher<Void> to(HttpServerRequest request, HttpServerResponse response);
  }

  /**
   * Starts to listen.
   *
   * @throws ConfigurationException if it cannot listen there
   */
  public static ControlDoor open(
      HostPort listen, ProcessIdentity identity, Transport transport, Answers answers) {
    InetSocketAddress address = new InetSocketAddress(listen.host(), listen.port());
    try {
      return new ControlDoor(
          HttpServer.create()
              .runOn(transport.loopResources())
              .bindAddress(() -> address)
              .secure(spec -> spec.sslContext(identity.serverContext()))
              .idleTimeout(IDLE)
              .handle((request, response) -> handle(request, response, answers))
              .bindNow());
    } catch (RuntimeException e) {
      throw new ConfigurationException("cannot listen on " + listen + ": " + e.getMessage(), e);
    }
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.address();
  }

  private static Publisher<Void> handle(
      HttpServerRequest request, HttpServerResponse response, Answers answers) {
    if (!isControl(request)) {
      return refuse(response, HttpResponseStatus.FORBIDDEN, "only control may ask");
    }
    if (!request.method().equals(HttpMethod.GET)) {
      return refuse(response, HttpResponseStatus.METHOD_NOT_ALLOWED, "expected GET");
    }
    return answers.to(request, response);
  }

  /** An answer of one line that says why there is no other. */
  public static Publisher<Void> refuse(
      HttpServerResponse response, HttpResponseStatus status, String why) {
    return response
        .status(status)
        .header(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
        .sendString(Mono.just(why + "\n"))
        .then();
  }

  private static boolean isControl(HttpServerRequest request) {
    boolean[] control = {false};
    request.withConnection(
        connection ->
            control[0] =
                PeerIdentity.of(connection.channel().pipeline())
                    .filter(peer -> peer.service().equals("control"))
                    .isPresent());
    return control[0];
  }

  @Override
  public void close() {
    server.disposeNow(STOP_TIMEOUT);
  }
}
