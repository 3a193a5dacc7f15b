package io.virga.dataplane.watch;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.json.Json;
import io.virga.dataplane.tls.ProcessIdentity;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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

/**
 * The agents' listener of a control that says what it is told to, the same to every agent.
 * Thread-safe.
 */
public final class StandInControl implements AutoCloseable {

  private static final String CLUSTER = "stand-in";
  private static final Duration BOOKMARKS = Duration.ofSeconds(5);

  private final DisposableServer server;
  private final Map<String, WatchEvent.Put> said = new LinkedHashMap<>();
  private final Map<String, ObservedState> observed = new ConcurrentHashMap<>();
  private final List<Sinks.Many<String>> streams = new ArrayList<>();
  private long revision;

  /** Listens on the address, as the process that the identity names. */
  public StandInControl(ProcessIdentity identity, InetSocketAddress address) {
    server =
        HttpServer.create()
            .bindAddress(() -> address)
            .secure(spec -> spec.sslContext(identity.serverContext()))
            .route(
                routes ->
                    routes
                        .get("/v1/watch", (request, response) -> watch(response))
                        .post("/v1/observed", this::observed)
                        .post("/v1/token", (request, response) -> response.status(503).send()))
            .bindNow();
  }

  /** Where it listens. */
  public int port() {
    return server.port();
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
    Sinks.Many<String> stream = Sinks.many().unicast().onBackpressureBuffer();
    streams.add(stream);
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

  /** Says how things shall be, all at one revision. */
  public synchronized void say(DesiredState... things) {
    revision++;
    StringBuilder lines = new StringBuilder();
    for (DesiredState thing : things) {
      Kind kind = Kind.of(thing.getClass());
      WatchEvent.Put put =
          new WatchEvent.Put(kind.wireName(), thing.id(), revision, Json.tree(thing));
      said.put(kind + "/" + thing.id(), put);
      lines.append(Json.lineText(put));
    }
    emit(lines.append(bookmark()).toString());
  }

  /** Speaks of things no more. */
  public synchronized void forget(DesiredState... things) {
    revision++;
    StringBuilder lines = new StringBuilder();
    for (DesiredState thing : things) {
      Kind kind = Kind.of(thing.getClass());
      said.remove(kind + "/" + thing.id());
      lines.append(Json.lineText(new WatchEvent.Delete(kind.wireName(), thing.id(), revision)));
    }
    emit(lines.append(bookmark()).toString());
  }

  /** To whoever still listens. */
  private void emit(String lines) {
    streams.removeIf(stream -> stream.tryEmitNext(lines).isFailure());
  }

  /** What an agent has reported last of a thing, or of a host under the kind {@code host}. */
  public Optional<ObservedState> observed(String kind, String id) {
    return Optional.ofNullable(observed.get(kind + "/" + id));
  }

  @Override
  public void close() {
    server.disposeNow(Duration.ofSeconds(2));
  }
}
