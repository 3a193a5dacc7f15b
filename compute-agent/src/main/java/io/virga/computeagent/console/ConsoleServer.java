package io.virga.computeagent.console;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.virga.computeagent.domain.InstanceNames;
import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.tls.ProcessIdentity;
import io.virga.dataplane.transport.Transport;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * {@code GET /v1/instances/<id>/console?tail-bytes=N} over mutual TLS, for control's certificate
 * alone. The interactive line and VNC will be further paths beside it.
 */
public final class ConsoleServer implements AutoCloseable {

  private static final int DEFAULT_TAIL_BYTES = 64 << 10;
  private static final String PREFIX = "/v1/instances/";
  private static final String SUFFIX = "/console";
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

  private final Function<String, Path> logOf;
  private final Scheduler files;
  private final DisposableServer server;

  private ConsoleServer(
      HostPort listen,
      ProcessIdentity identity,
      Transport transport,
      Function<String, Path> logOf,
      Scheduler files) {
    this.logOf = logOf;
    this.files = files;
    InetSocketAddress address = new InetSocketAddress(listen.host(), listen.port());
    try {
      this.server =
          HttpServer.create()
              .runOn(transport.loopResources())
              .bindAddress(() -> address)
              .secure(spec -> spec.sslContext(identity.serverContext()))
              .idleTimeout(Duration.ofSeconds(60))
              .handle(this::handle)
              .bindNow();
    } catch (RuntimeException e) {
      throw new ConfigurationException("cannot listen on " + listen + ": " + e.getMessage(), e);
    }
  }

  /**
   * Starts to listen.
   *
   * @param logOf where an instance's log is
   * @param files reads it; bounded; its owner ends it
   */
  public static ConsoleServer start(
      HostPort listen,
      ProcessIdentity identity,
      Transport transport,
      Function<String, Path> logOf,
      Scheduler files) {
    return new ConsoleServer(listen, identity, transport, logOf, files);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.address();
  }

  private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
    if (!isControl(request)) {
      return refuse(response, HttpResponseStatus.FORBIDDEN, "only control may ask");
    }
    if (!request.method().name().equals("GET")) {
      return refuse(response, HttpResponseStatus.METHOD_NOT_ALLOWED, "expected GET");
    }
    QueryStringDecoder uri = new QueryStringDecoder(request.uri());
    Optional<String> instanceId = instanceId(uri.path());
    if (instanceId.isEmpty()) {
      return refuse(response, HttpResponseStatus.NOT_FOUND, "no such path");
    }
    Optional<Integer> tailBytes = tailBytes(uri);
    if (tailBytes.isEmpty()) {
      return refuse(
          response,
          HttpResponseStatus.BAD_REQUEST,
          "tail-bytes: expected a whole number from 0 to " + ConsoleLog.MAX_TAIL_BYTES);
    }
    return Mono.fromCallable(() -> ConsoleLog.tail(logOf.apply(instanceId.get()), tailBytes.get()))
        .subscribeOn(files)
        .flatMap(tail -> Mono.from(answer(response, tail)));
  }

  private static Publisher<Void> answer(HttpServerResponse response, Optional<byte[]> tail) {
    return tail.isEmpty()
        ? refuse(response, HttpResponseStatus.NOT_FOUND, "the instance has no console log here")
        : response
            .header(HttpHeaderNames.CONTENT_TYPE, "application/octet-stream")
            .header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(tail.get().length))
            .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(tail.get())))
            .then();
  }

  private static Publisher<Void> refuse(
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

  private static Optional<String> instanceId(String path) {
    if (!path.startsWith(PREFIX) || !path.endsWith(SUFFIX)) {
      return Optional.empty();
    }
    int end = path.length() - SUFFIX.length();
    return end < PREFIX.length()
        ? Optional.empty()
        : Optional.of(path.substring(PREFIX.length(), end)).filter(InstanceNames::isCanonical);
  }

  private static Optional<Integer> tailBytes(QueryStringDecoder uri) {
    List<String> values = uri.parameters().getOrDefault("tail-bytes", List.of());
    if (values.isEmpty()) {
      return Optional.of(DEFAULT_TAIL_BYTES);
    }
    return Optional.of(values.getFirst())
        .filter(text -> text.matches("[0-9]{1,7}"))
        .map(Integer::parseInt)
        .filter(number -> number <= ConsoleLog.MAX_TAIL_BYTES);
  }

  @Override
  public void close() {
    server.disposeNow(STOP_TIMEOUT);
  }
}
