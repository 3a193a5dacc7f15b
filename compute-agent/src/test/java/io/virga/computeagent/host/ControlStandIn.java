package io.virga.computeagent.host;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.virga.dataplane.desired.InstanceSpec;
import io.virga.dataplane.json.Json;
import io.virga.dataplane.tls.ProcessIdentity;
import io.virga.dataplane.watch.ObservedState;
import io.virga.dataplane.watch.WatchEvent;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** The agents' listener of a control that knows of one instance. */
public final class ControlStandIn implements AutoCloseable {

  private static final String CLUSTER = "test";

  private final AtomicLong revision = new AtomicLong();
  private final Map<String, ObservedState> newest = new ConcurrentHashMap<>();
  private final List<Sinks.Many<WatchEvent>> streams = new CopyOnWriteArrayList<>();
  private final DisposableServer server;
  private volatile List<InstanceSpec> desired = List.of();

  /** Listens on a free port of loopback. */
  public ControlStandIn(ProcessIdentity identity) {
    server =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .secure(spec -> spec.sslContext(identity.serverContext()))
            .route(
                routes -> routes.get("/v1/watch", this::watch).post("/v1/observed", this::observed))
            .bindNow();
  }

  /** Where the agent finds it. */
  public String url() {
    return "https://localhost:" + ((InetSocketAddress) server.address()).getPort();
  }

  /** Wants the instance so from now on. */
  public void desire(InstanceSpec spec) {
    desired = List.of(spec);
    WatchEvent put = put(spec);
    streams.forEach(stream -> stream.tryEmitNext(put));
    WatchEvent synced = new WatchEvent.Synced(revision.get());
    streams.forEach(stream -> stream.tryEmitNext(synced));
  }

  /** The newest report of a thing; waits for one that is as wanted. */
  public void awaitReport(String id, Predicate<ObservedState> wanted, Duration atMost) {
    Programs.await(
        "a report of " + id,
        atMost,
        () -> {
          ObservedState state = newest.get(id);
          return state != null && wanted.test(state);
        });
  }

  /** The details of the newest report of a thing. */
  public Map<String, String> details(String id) {
    ObservedState state = newest.get(id);
    return state == null ? Map.of() : state.details();
  }

  private WatchEvent put(InstanceSpec spec) {
    return new WatchEvent.Put("instance", spec.id(), revision.incrementAndGet(), Json.tree(spec));
  }

  private Publisher<Void> watch(HttpServerRequest request, HttpServerResponse response) {
    Sinks.Many<WatchEvent> stream = Sinks.many().unicast().onBackpressureBuffer();
    stream.tryEmitNext(new WatchEvent.Reset(CLUSTER)).orThrow();
    desired.forEach(spec -> stream.tryEmitNext(put(spec)).orThrow());
    stream.tryEmitNext(new WatchEvent.Synced(revision.get())).orThrow();
    streams.add(stream);
    return response
        .header(HttpHeaderNames.CONTENT_TYPE, "application/x-ndjson")
        .send(
            stream
                .asFlux()
                .mergeWith(
                    Flux.interval(Duration.ofSeconds(5))
                        .map(tick -> new WatchEvent.Bookmark(revision.get())))
                .map(event -> Unpooled.copiedBuffer(Json.lineText(event), StandardCharsets.UTF_8)),
            line -> true);
  }

  private Publisher<Void> observed(HttpServerRequest request, HttpServerResponse response) {
    return request
        .receive()
        .aggregate()
        .asByteArray()
        .doOnNext(
            body ->
                List.of(Json.read(body, ObservedState[].class))
                    .forEach(state -> newest.put(state.id(), state)))
        .then(Mono.defer(() -> response.status(204).send().then()));
  }

  @Override
  public void close() {
    server.disposeNow(Duration.ofSeconds(2));
  }
}
