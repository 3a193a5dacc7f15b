package io.virga.control.network.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.network.desired.HostViews;
import io.virga.control.network.model.Router;
import io.virga.control.network.resource.CollectionRoutes;
import io.virga.control.network.resource.Lifecycle;
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
import java.util.stream.Stream;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v2.0/routers}. */
public final class RouterRoutes implements Lifecycle {

  private final Database database;
  private final HostViews hosts;
  private final RouterStore routers;
  private final RouterLife life;
  private final RouterInterfaces interfaces;

  public RouterRoutes(
      Database database,
      HostViews hosts,
      RouterStore routers,
      RouterLife life,
      RouterInterfaces interfaces) {
    this.hosts = hosts;
    this.database = database;
    this.routers = routers;
    this.life = life;
    this.interfaces = interfaces;
  }

  public List<Route> routes() {
    CollectionRoutes<Router> collection =
        new CollectionRoutes<>(database, hosts, RouterAttributes.type(routers.rows()), this);
    return Stream.concat(
            collection.routes().stream(),
            Stream.of(
                collection.action("add_extraroutes", changingRoutes(RouterBodies::withMore)),
                collection.action("remove_extraroutes", changingRoutes(RouterBodies::without)),
                Route.put(
                    "/v2.0/routers/{id}/add_router_interface", Rule.MEMBER, this::addInterface),
                Route.put(
                    "/v2.0/routers/{id}/remove_router_interface",
                    Rule.MEMBER,
                    this::removeInterface)))
        .toList();
  }

  @Override
  public Mono<UUID> create(Transaction transaction, ApiRequest request, JsonBody body) {
    Router router = RouterBodies.read(request, body);
    RouterChange change = RouterBodies.change(request, body);
    return life.create(transaction, Viewer.of(request.caller()), router, change).map(Router::id);
  }

  @Override
  public Mono<Void> update(Transaction transaction, ApiRequest request, UUID id, JsonBody body) {
    RouterChange change = RouterBodies.change(request, body);
    return life.update(transaction, Viewer.of(request.caller()), id, change).then();
  }

  @Override
  public Mono<Void> delete(Transaction transaction, ApiRequest request, UUID id) {
    return life.delete(transaction, Viewer.of(request.caller()), id);
  }

  private CollectionRoutes.Action changingRoutes(
      BiFunction<Router, List<Router.Route>, Router> changed) {
    return (transaction, request, id, body) -> {
      List<Router.Route> routes = RouterBodies.routes(body.object("router"));
      RouterChange change = RouterChange.of(before -> changed.apply(before, routes));
      return life.update(transaction, Viewer.of(request.caller()), id, change).then();
    };
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
}
