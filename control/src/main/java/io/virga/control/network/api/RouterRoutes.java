package io.virga.control.network.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.network.model.Router;
import io.virga.control.network.router.RouterChange;
import io.virga.control.network.router.RouterInterfaces;
import io.virga.control.network.router.RouterInterfaces.Interface;
import io.virga.control.network.router.RouterLife;
import io.virga.control.network.store.RouterStore;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v2.0/routers}. */
public final class RouterRoutes {

  private final Database database;
  private final RouterStore routers;
  private final RouterLife life;
  private final RouterInterfaces interfaces;

  public RouterRoutes(
      Database database, RouterStore routers, RouterLife life, RouterInterfaces interfaces) {
    this.database = database;
    this.routers = routers;
    this.life = life;
    this.interfaces = interfaces;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/v2.0/routers", Rule.READER, this::list),
        Route.post("/v2.0/routers", Rule.MEMBER, this::create),
        Route.get("/v2.0/routers/{id}", Rule.READER, this::show),
        Route.put("/v2.0/routers/{id}", Rule.MEMBER, this::update),
        Route.delete("/v2.0/routers/{id}", Rule.MEMBER, this::delete),
        Route.put("/v2.0/routers/{id}/add_router_interface", Rule.MEMBER, this::addInterface),
        Route.put("/v2.0/routers/{id}/remove_router_interface", Rule.MEMBER, this::removeInterface),
        Route.put(
            "/v2.0/routers/{id}/add_extraroutes",
            Rule.MEMBER,
            request -> changeRoutes(request, RouterBodies::withMore)),
        Route.put(
            "/v2.0/routers/{id}/remove_extraroutes",
            Rule.MEMBER,
            request -> changeRoutes(request, RouterBodies::without)));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return Listing.reply(
        request,
        "routers",
        routers.list(database, Viewer.of(request.caller())).map(router -> view(request, router)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return routers
        .find(database, Viewer.of(request.caller()), request.id("id", "Router"))
        .flatMap(router -> reply(request, router));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> body.object("router"))
        .flatMap(
            body -> {
              Router router = RouterBodies.read(request, body);
              RouterChange change = RouterBodies.change(request, body);
              return database.inTransaction(
                  tx -> life.create(tx, Viewer.of(request.caller()), router, change));
            })
        .flatMap(made -> Replies.created(View.of("router", view(request, made))));
  }

  private Mono<ServerResponse> update(ApiRequest request) {
    return request
        .json()
        .map(body -> RouterBodies.change(request, body.object("router")))
        .flatMap(change -> change(request, change));
  }

  private Mono<ServerResponse> changeRoutes(
      ApiRequest request, BiFunction<Router, List<Router.Route>, Router> changed) {
    return request
        .json()
        .map(body -> RouterBodies.routes(body.object("router")))
        .flatMap(
            routes -> change(request, RouterChange.of(before -> changed.apply(before, routes))));
  }

  private Mono<ServerResponse> change(ApiRequest request, RouterChange change) {
    UUID id = request.id("id", "Router");
    return database
        .inTransaction(tx -> life.update(tx, Viewer.of(request.caller()), id, change))
        .flatMap(router -> reply(request, router));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    UUID id = request.id("id", "Router");
    return database
        .inTransaction(tx -> life.delete(tx, Viewer.of(request.caller()), id))
        .then(Replies.noContent());
  }

  private Mono<ServerResponse> addInterface(ApiRequest request) {
    UUID id = request.id("id", "Router");
    return request
        .json()
        .flatMap(body -> database.inTransaction(tx -> add(tx, request, id, body)))
        .flatMap(made -> Replies.ok(RouterViews.attached(made)));
  }

  private Mono<Interface> add(Transaction tx, ApiRequest request, UUID id, JsonBody body) {
    Viewer viewer = Viewer.of(request.caller());
    Optional<UUID> subnet = Fields.optionalId(body, "subnet_id", "Subnet");
    Optional<UUID> port = Fields.optionalId(body, "port_id", "Port");
    if (subnet.isPresent() == port.isPresent()) {
      throw Fields.invalid("Exactly one of subnet_id and port_id must be specified");
    }
    return subnet
        .map(one -> interfaces.addSubnet(tx, viewer, id, one))
        .orElseGet(() -> interfaces.addPort(tx, viewer, id, port.orElseThrow()));
  }

  private Mono<ServerResponse> removeInterface(ApiRequest request) {
    UUID id = request.id("id", "Router");
    return request
        .json()
        .flatMap(
            body -> {
              Optional<UUID> port = Fields.optionalId(body, "port_id", "Port");
              Optional<UUID> subnet = Fields.optionalId(body, "subnet_id", "Subnet");
              return database.inTransaction(
                  tx -> interfaces.remove(tx, Viewer.of(request.caller()), id, port, subnet));
            })
        .flatMap(removed -> Replies.ok(RouterViews.attached(removed)));
  }

  private static Mono<ServerResponse> reply(ApiRequest request, Router router) {
    return Replies.ok(View.of("router", view(request, router)));
  }

  private static View view(ApiRequest request, Router router) {
    return RouterViews.router(router, request.caller().isAdmin());
  }
}
