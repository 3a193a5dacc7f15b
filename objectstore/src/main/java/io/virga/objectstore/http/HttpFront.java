package io.virga.objectstore.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.ssl.SslContext;
import io.virga.objectstore.store.ObjectStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/** The listener: hands requests to the first API that they are for, and sends the replies. */
public final class HttpFront implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HttpFront.class);
  private static final int MAXIMUM_REQUEST_LINE_BYTES = 16 * 1024;
  private static final int MAXIMUM_HEADER_BYTES = 64 * 1024;
  private static final Duration IDLE = Duration.ofSeconds(75);

  private final List<Door> doors;
  private final RequestObserver observer;
  private final RequestIds ids;
  private final boolean secure;
  private final DisposableServer server;
  private final AtomicLong active = new AtomicLong();

  /**
   * Starts to listen. Blocks until the port is bound.
   *
   * @param tls what to speak TLS with; empty for plain HTTP
   */
  public HttpFront(
      InetSocketAddress listen,
      Optional<SslContext> tls,
      LoopResources loops,
      List<Door> doors,
      RequestObserver observer) {
    this.doors = List.copyOf(doors);
    this.observer = observer;
    this.ids = new RequestIds();
    this.secure = tls.isPresent();
    HttpServer base = HttpServer.create();
    this.server =
        tls.map(context -> base.secure(spec -> spec.sslContext(context)))
            .orElse(base)
            .bindAddress(() -> listen)
            .runOn(loops)
            .idleTimeout(IDLE)
            .httpRequestDecoder(
                spec ->
                    spec.maxInitialLineLength(MAXIMUM_REQUEST_LINE_BYTES)
                        .maxHeaderSize(MAXIMUM_HEADER_BYTES)
                        .validateHeaders(true))
            .handle(this::handle)
            .bindNow(Duration.ofSeconds(10));
  }

  public int port() {
    return server.port();
  }

  /** How many requests are being answered. */
  public long active() {
    return active.get();
  }

  private Publisher<Void> handle(HttpServerRequest in, HttpServerResponse out) {
    long startNanos = System.nanoTime();
    EventLoop[] loop = new EventLoop[1];
    out.withConnection(connection -> loop[0] = connection.channel().eventLoop());
    active.incrementAndGet();
    Optional<Request> request = request(in);
    if (request.isEmpty()) {
      active.decrementAndGet();
      return out.status(HttpResponseStatus.BAD_REQUEST).send();
    }
    Door door = doorOf(request.get());
    String operation = door.operation(request.get());
    return door.answer(request.get())
        .onErrorResume(failure -> Mono.just(unexpected(request.get(), failure)))
        .flatMap(
            reply -> {
              Reply sent = request.get().isHead() ? reply.withoutBytes() : reply;
              long nanos = System.nanoTime() - startNanos;
              observer.answered(operation, sent.status(), nanos);
              return send(out, sent);
            })
        .doFinally(signal -> active.decrementAndGet())
        .contextWrite(context -> context.put(ObjectStore.EXECUTOR, loop[0]));
  }

  private Door doorOf(Request request) {
    for (Door door : doors) {
      if (door.isFor(request)) {
        return door;
      }
    }
    throw new IllegalStateException("the last door takes every request");
  }

  private static Reply unexpected(Request request, Throwable failure) {
    LOG.error(
        "request {} {} {} failed", request.id(), request.method(), request.rawPath(), failure);
    return Reply.text(500, "text/plain", "Internal Server Error, request " + request.id() + "\n");
  }

  private Optional<Request> request(HttpServerRequest in) {
    String uri = in.uri();
    int mark = uri.indexOf('?');
    String path = mark < 0 ? uri : uri.substring(0, mark);
    String query = mark < 0 ? "" : uri.substring(mark + 1);
    if (!path.startsWith("/")) {
      path = path.replaceFirst("^[a-z]+://[^/]*", "");
      path = path.isEmpty() ? "/" : path;
    }
    String origin = path;
    Optional<InetAddress> address =
        Optional.ofNullable(in.remoteAddress()).map(InetSocketAddress::getAddress);
    Flux<ByteBuf> body = in.receive().retain();
    return Query.parse(query)
        .map(
            parsed ->
                new Request(
                    ids.next(),
                    in.method().name(),
                    origin,
                    query,
                    parsed,
                    in.requestHeaders(),
                    body,
                    new Request.Origin(secure, address)));
  }

  private static Mono<Void> send(HttpServerResponse out, Reply reply) {
    out.status(HttpResponseStatus.valueOf(reply.status()));
    out.responseHeaders().set(reply.headers());
    if (!reply.headers().contains(HttpHeaderNames.DATE)) {
      out.header(HttpHeaderNames.DATE, HttpDates.now());
    }
    return switch (reply.body()) {
      case Reply.None() ->
          (reply.status() == 204 || reply.status() == 304 ? out : length(out, 0)).send().then();
      case Reply.Head(long length) -> length(out, length).send().then();
      case Reply.Bytes(byte[] bytes) ->
          length(out, bytes.length).sendObject(Unpooled.wrappedBuffer(bytes)).then();
      case Reply.Buffer(ByteBuf buffer) ->
          length(out, buffer.readableBytes()).sendObject(buffer).then();
      case Reply.Stream(long length, Flux<ByteBuf> bytes) -> length(out, length).send(bytes).then();
      case Reply.Chunked(Flux<ByteBuf> bytes) -> out.send(bytes).then();
    };
  }

  private static HttpServerResponse length(HttpServerResponse out, long length) {
    return out.header(HttpHeaderNames.CONTENT_LENGTH, Long.toString(length));
  }

  @Override
  public void close() {
    server.disposeNow(Duration.ofSeconds(5));
  }
}
