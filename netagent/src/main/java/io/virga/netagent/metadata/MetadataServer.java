package io.virga.netagent.metadata;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.virga.dataplane.transport.Transport;
import io.virga.netagent.packet.IpAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.ChannelBindException;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Answers guests over HTTP. Who asks is told by the sender's address, which the switch has set; a
 * sender that names no instance gets 404. Read-only: GET and HEAD.
 */
public final class MetadataServer implements AutoCloseable {

  private static final Duration IDLE = Duration.ofSeconds(10);
  private static final Duration START = Duration.ofSeconds(5);
  private static final int MAX_LINE_BYTES = 2048;
  private static final int MAX_HEADER_BYTES = 8192;
  private static final int MAX_KEEP_ALIVE_REQUESTS = 100;
  private static final int BACKLOG = 256;

  private final DisposableServer server;

  private MetadataServer(DisposableServer server) {
    this.server = server;
  }

  /**
   * Listens on one address of this host.
   *
   * @param instances who a sender is; called on event loops
   * @throws IOException if the address is taken, is not this host's or is not ready in time
   */
  public static MetadataServer start(
      Transport transport,
      InetSocketAddress address,
      Function<IpAddress, Optional<InstanceView>> instances)
      throws IOException {
    HttpServer server =
        HttpServer.create()
            .runOn(transport.loopResources())
            .bindAddress(() -> address)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .idleTimeout(IDLE)
            .requestTimeout(IDLE)
            .maxKeepAliveRequests(MAX_KEEP_ALIVE_REQUESTS)
            .httpRequestDecoder(
                decoder ->
                    decoder.maxInitialLineLength(MAX_LINE_BYTES).maxHeaderSize(MAX_HEADER_BYTES))
            .handle((request, response) -> handle(request, response, instances));
    try {
      return new MetadataServer(server.bindNow(START));
    } catch (ChannelBindException | IllegalStateException refused) {
      throw new IOException("cannot serve metadata: " + refused.getMessage(), refused);
    }
  }

  private static Publisher<Void> handle(
      HttpServerRequest request,
      HttpServerResponse response,
      Function<IpAddress, Optional<InstanceView>> instances) {
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      return response.status(HttpResponseStatus.METHOD_NOT_ALLOWED).send();
    }
    Optional<MetadataTree.Answer> answer =
        sender(request)
            .flatMap(instances)
            .flatMap(instance -> MetadataAnswers.answer(instance, path(request)));
    if (answer.isEmpty()) {
      return response.status(HttpResponseStatus.NOT_FOUND).send();
    }
    byte[] body = answer.get().body();
    response.header(HttpHeaderNames.CONTENT_TYPE, answer.get().contentType());
    response.header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.length));
    return request.method().equals(HttpMethod.HEAD)
        ? response.send()
        : response.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body)));
  }

  private static String path(HttpServerRequest request) {
    String uri = request.uri();
    int query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }

  private static Optional<IpAddress> sender(HttpServerRequest request) {
    return request.remoteAddress() instanceof InetSocketAddress address
            && address.getAddress() != null
        ? Optional.of(IpAddress.of(address.getAddress()))
        : Optional.empty();
  }

  @Override
  public void close() {
    server.disposeNow(START);
  }
}
