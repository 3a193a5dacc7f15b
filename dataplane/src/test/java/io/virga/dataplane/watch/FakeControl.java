package io.virga.dataplane.watch;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.virga.dataplane.json.Json;
import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.tls.ProcessIdentity;
import io.virga.dataplane.transport.Transport;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** The agents' listener of a control whose every word the test says. */
final class FakeControl implements AutoCloseable {

  final List<String> watchUris = new CopyOnWriteArrayList<>();
  final List<Optional<PeerIdentity>> peers = new CopyOnWriteArrayList<>();
  final List<List<ObservedState>> reports = new CopyOnWriteArrayList<>();
  final AtomicInteger refusals = new AtomicInteger();
  volatile String tokenAnswer = "";
  private final DisposableServer server;
  private volatile Sinks.Many<String> stream = Sinks.many().unicast().onBackpressureBuffer();

  FakeControl(ProcessIdentity identity, Transport transport, int port) {
    server =
        HttpServer.create()
            .runOn(transport.loopResources())
            .host("127.0.0.1")
            .port(port)
            .secure(spec -> spec.sslContext(identity.serverContext()))
            .route(
                routes ->
                    routes
                        .get("/v1/watch", this::watch)
                        .post("/v1/observed", this::observed)
                        .post("/v1/token", (request, response) -> answerToken(response)))
            .bindNow();
  }

  int port() {
    return ((InetSocketAddress) server.address()).getPort();
  }

  URI url() {
    return URI.create("https://localhost:" + port());
  }

  private Publisher<Void> watch(HttpServerRequest request, HttpServerResponse response) {
    request.withConnection(c -> peers.add(PeerIdentity.of(c.channel().pipeline())));
    Sinks.Many<String> lines = Sinks.many().unicast().onBackpressureBuffer();
    stream = lines;
    watchUris.add(request.uri());
    return response
        .header(HttpHeaderNames.CONTENT_TYPE, "application/x-ndjson")
        .send(
            lines
                .asFlux()
                .mergeWith(Flux.never())
                .map(text -> Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)),
            line -> true);
  }

  private Publisher<Void> observed(HttpServerRequest request, HttpServerResponse response) {
    if (refusals.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      return response.status(503).send();
    }
    return request
        .receive()
        .aggregate()
        .asByteArray()
        .doOnNext(body -> reports.add(Arrays.asList(Json.read(body, ObservedState[].class))))
        .then(Mono.defer(() -> response.status(204).send().then()));
  }

  private Publisher<Void> answerToken(HttpServerResponse response) {
    return tokenAnswer.isEmpty()
        ? response.status(503).send()
        : response.sendString(Mono.just(tokenAnswer));
  }

  /** Says these on the newest stream, as one chunk. */
  void say(WatchEvent... events) {
    StringBuilder lines = new StringBuilder();
    for (WatchEvent event : events) {
      lines.append(Json.lineText(event));
    }
    sayRaw(lines.toString());
  }

  void sayRaw(String text) {
    stream.tryEmitNext(text).orThrow();
  }

  /** Breaks the newest stream in the middle of nothing. */
  void breakStream() {
    stream.tryEmitError(new IllegalStateException("broken by the test"));
  }

  @Override
  public void close() {
    server.disposeNow(Duration.ofSeconds(2));
  }
}
