package io.virga.control.network.api;

import io.virga.control.database.Database;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.network.model.FloatingIp;
import io.virga.control.network.model.Port;
import io.virga.control.network.router.FloatingIps;
import io.virga.control.network.router.RouterStores;
import io.virga.control.network.store.FloatingIpStore;
import io.virga.control.network.store.PortStore;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code /v2.0/floatingips}. */
public final class FloatingIpRoutes {

  private final Database database;
  private final FloatingIpStore floatingIps;
  private final PortStore ports;
  private final FloatingIps life;

  public FloatingIpRoutes(Database database, RouterStores stores, FloatingIps life) {
    this.database = database;
    this.floatingIps = stores.floatingIps();
    this.ports = stores.ports();
    this.life = life;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/v2.0/floatingips", Rule.READER, this::list),
        Route.post("/v2.0/floatingips", Rule.MEMBER, this::create),
        Route.get("/v2.0/floatingips/{id}", Rule.READER, this::show),
        Route.put("/v2.0/floatingips/{id}", Rule.MEMBER, this::update),
        Route.delete("/v2.0/floatingips/{id}", Rule.MEMBER, this::delete));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return Listing.reply(
        request,
        "floatingips",
        views(database, floatingIps.list(database, Viewer.of(request.caller()))));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return view(
            database,
            floatingIps.find(database, Viewer.of(request.caller()), request.id("id", "FloatingIP")))
        .flatMap(Replies::ok);
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> FloatingIpBodies.read(request, body.object("floatingip")))
        .flatMap(
            draft ->
                database.inTransaction(
                    tx -> view(tx, life.create(tx, Viewer.of(request.caller()), draft))))
        .flatMap(Replies::created);
  }

  private Mono<ServerResponse> update(ApiRequest request) {
    UUID id = request.id("id", "FloatingIP");
    Viewer viewer = Viewer.of(request.caller());
    return request
        .json()
        .map(body -> body.object("floatingip"))
        .flatMap(
            body ->
                database.inTransaction(
                    tx ->
                        view(
                            tx,
                            life.lock(tx, viewer, id)
                                .flatMap(before -> write(tx, viewer, body, before))
                                .then(floatingIps.find(tx, viewer, id)))))
        .flatMap(Replies::ok);
  }

  private Mono<FloatingIp> write(
      Transaction transaction, Viewer viewer, JsonBody body, FloatingIp before) {
    Mono<FloatingIp> described =
        body.optionalText("description", Fields.NAME_LENGTH)
            .map(text -> life.describe(transaction, before, text))
            .orElseGet(() -> Mono.just(before));
    return body.has("port_id")
        ? described.flatMap(
            after -> life.associate(transaction, viewer, after, FloatingIpBodies.association(body)))
        : described;
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    UUID id = request.id("id", "FloatingIP");
    return database
        .inTransaction(
            tx ->
                life.lock(tx, Viewer.of(request.caller()), id)
                    .flatMap(floatingIp -> life.delete(tx, floatingIp)))
        .then(Replies.noContent());
  }

  private Mono<View> view(Session session, Mono<FloatingIp> floatingIp) {
    return floatingIp
        .flatMap(one -> views(session, Flux.just(one)).next())
        .map(view -> View.of("floatingip", view));
  }

  private Flux<View> views(Session session, Flux<FloatingIp> all) {
    return all.collectList()
        .flatMapMany(
            list ->
                ports
                    .ofIds(session, list.stream().flatMap(f -> portId(f).stream()).toList())
                    .collectMap(Port::id)
                    .flatMapIterable(of -> list.stream().map(f -> view(f, of)).toList()));
  }

  private static View view(FloatingIp floatingIp, Map<UUID, Port> ports) {
    return RouterViews.floatingIp(
        floatingIp, portId(floatingIp).flatMap(id -> Optional.ofNullable(ports.get(id))));
  }

  private static Optional<UUID> portId(FloatingIp floatingIp) {
    return floatingIp.target().map(FloatingIp.Target::portId);
  }
}
