package io.virga.control.network.api;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Ids;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.network.model.DeviceOwner;
import io.virga.control.network.model.Port;
import io.virga.control.network.port.PortLife;
import io.virga.control.network.store.PortStore;
import io.virga.control.network.store.SecurityGroupStore;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code /v2.0/ports}. */
public final class PortRoutes {

  private final Database database;
  private final PortStore ports;
  private final SecurityGroupStore groups;
  private final PortLife life;

  public PortRoutes(Database database, PortStore ports, SecurityGroupStore groups, PortLife life) {
    this.database = database;
    this.ports = ports;
    this.groups = groups;
    this.life = life;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/v2.0/ports", Rule.READER, this::list),
        Route.post("/v2.0/ports", Rule.MEMBER, this::create),
        Route.get("/v2.0/ports/{id}", Rule.READER, this::show),
        Route.put("/v2.0/ports/{id}", Rule.MEMBER, this::update),
        Route.delete("/v2.0/ports/{id}", Rule.MEMBER, this::delete));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    return Listing.reply(
        request,
        "ports",
        ports.list(database, Viewer.of(request.caller())).map(port -> view(request, port)));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return ports
        .find(database, Viewer.of(request.caller()), request.id("id", "Port"))
        .flatMap(port -> Replies.ok(View.of("port", view(request, port))));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    Viewer viewer = Viewer.of(request.caller());
    return request
        .json()
        .map(body -> PortBodies.read(request, body.object("port")))
        .flatMap(
            draft ->
                database.inTransaction(
                    transaction ->
                        checkGroups(transaction, viewer, draft.groupIds().orElse(List.of()))
                            .then(life.create(transaction, viewer, draft))))
        .flatMap(port -> Replies.created(View.of("port", view(request, port))));
  }

  private Mono<ServerResponse> update(ApiRequest request) {
    UUID id = request.id("id", "Port");
    Viewer viewer = Viewer.of(request.caller());
    return request
        .json()
        .map(body -> body.object("port"))
        .flatMap(
            body ->
                database.inTransaction(
                    transaction ->
                        life.lock(transaction, viewer, id)
                            .flatMap(
                                before -> {
                                  Port after = PortBodies.changed(request, body, before);
                                  return checkGroups(transaction, viewer, after.securityGroupIds())
                                      .then(
                                          life.update(
                                              transaction,
                                              viewer,
                                              before,
                                              after,
                                              PortBodies.wishes(body, "fixed_ips")));
                                })))
        .flatMap(port -> Replies.ok(View.of("port", view(request, port))));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    UUID id = request.id("id", "Port");
    Viewer viewer = Viewer.of(request.caller());
    return database
        .inTransaction(
            transaction ->
                life.lock(transaction, viewer, id)
                    .flatMap(port -> deleteFree(transaction, viewer, port)))
        .then(Replies.noContent());
  }

  /**
   * A port that was made for an instance goes with it; taking it away would leave a dead card. The
   * ports of routers and floating IPs go with these, whoever asks.
   */
  private Mono<Void> deleteFree(Transaction transaction, Viewer viewer, Port port) {
    if (DeviceOwner.isRouting(port.deviceOwner())) {
      return Mono.error(
          ApiFault.conflict(
                  "Port %s cannot be deleted directly via the port API: has device owner %s."
                      .formatted(port.id(), port.deviceOwner()))
              .ofType("ServicePortInUse"));
    }
    if (port.madeForInstance() && !viewer.everything()) {
      return Mono.error(
          ApiFault.conflict(
                  "Port %s cannot be deleted directly via the port API: it belongs to server %s."
                      .formatted(port.id(), port.deviceId()))
              .ofType("PortInUse"));
    }
    return life.delete(transaction, port);
  }

  private Mono<Void> checkGroups(Transaction transaction, Viewer viewer, List<String> ids) {
    return Flux.fromIterable(ids)
        .concatMap(id -> groups.find(transaction, viewer, Ids.parse(id).orElseThrow()))
        .then();
  }

  private static View view(ApiRequest request, Port port) {
    return Views.port(port, request.caller().isAdmin());
  }
}
