package io.virga.benchmarks.own;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.virga.benchmarks.cloud.Patience;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.json.Json;
import io.virga.dataplane.tls.ProcessIdentity;
import io.virga.dataplane.watch.ObservedState;
import io.virga.dataplane.watch.WatchEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** The agents' listener of a control that says what it is told to. Thread-safe. */
final class StandInControl implements AutoCloseable {

  private static final String CLUSTER = "stand-in";
  private static final Duration BOOKMARKS = Duration.ofSeconds(5);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(5);

  private final DisposableServer server;
  private final Map<String, WatchEvent.Put> said = new LinkedHashMap<>();
  private final Map<String, ObservedState> observed = new ConcurrentHashMap<>();
  private Sinks.Many<String> stream = Sinks.many().unicast().onBackpressureBuffer();
  private long revision;

  /** Listens on the port of the loopback, as the process that the identity names. */
  StandInControl(ProcessIdentity identity, int port) {
    server =
        HttpServer.create()
            .host("127.0.0.1")
            .port(port)
            .secure(spec -> spec.sslContext(identity.serverContext()))
            .route(
                routes ->
                    routes
                        .get("/v1/watch", (request, response) -> watch(response))
                        .post("/v1/observed", this::observed)
                        .post("/v1/token", (request, response) -> response.status(503).send()))
            .bindNow();
  }

  private Publisher<Void> watch(HttpServerResponse response) {
    return response
        .header(HttpHeaderNames.CONTENT_TYPE, "application/x-ndjson")
        .send(
            begun()
                .mergeWith(Flux.interval(BOOKMARKS).map(tick -> bookmark()))
                .map(text -> Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)),
            line -> true);
  }

  /** All that has been said so far, and then what is said. */
  private synchronized Flux<String> begun() {
    stream = Sinks.many().unicast().onBackpressureBuffer();
    StringBuilder list = new StringBuilder(Json.lineText(new WatchEvent.Reset(CLUSTER)));
    said.values().forEach(put -> list.append(Json.lineText(put)));
    list.append(Json.lineText(new WatchEvent.Synced(revision)));
    return Flux.just(list.toString()).concatWith(stream.asFlux());
  }

  private synchronized String bookmark() {
    return Json.lineText(new WatchEvent.Bookmark(revision));
  }

  private Publisher<Void> observed(HttpServerRequest request, HttpServerResponse response) {
    return request
        .receive()
        .aggregate()
        .asByteArray()
        .doOnNext(
            body -> {
              for (ObservedState state : Json.read(body, ObservedState[].class)) {
                observed.put(state.kind() + "/" + state.id(), state);
              }
            })
        .then(Mono.defer(() -> response.status(204).send().then()));
  }

  /** Says how a thing shall be. */
  synchronized void say(Kind kind, DesiredState thing) {
    revision++;
    WatchEvent.Put put =
        new WatchEvent.Put(kind.wireName(), thing.id(), revision, Json.tree(thing));
    said.put(kind + "/" + thing.id(), put);
    stream.tryEmitNext(Json.lineText(put) + bookmark());
  }

  /** Speaks of a thing no more. */
  synchronized void forget(Kind kind, String id) {
    revision++;
    said.remove(kind + "/" + id);
    String gone = Json.lineText(new WatchEvent.Delete(kind.wireName(), id, revision));
    stream.tryEmitNext(gone + bookmark());
  }

  /** Waits until the agent has brought this generation of a thing to this. */
  void await(Kind kind, DesiredState thing, ObservedState.Status status, Duration limit) {
    Patience.await(
        kind.wireName() + " " + thing.id() + " to be " + status,
        limit,
        LOOK_INTERVAL,
        () ->
            Optional.ofNullable(observed.get(kind.wireName() + "/" + thing.id()))
                .filter(state -> state.generation() >= thing.generation())
                .filter(state -> state.status() == status));
  }

  @Override
  public void close() {
    server.disposeNow(Duration.ofSeconds(2));
  }
}
