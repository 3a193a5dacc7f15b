package io.virga.control.compute.api;

import io.virga.control.compute.model.Server;
import io.virga.control.compute.server.Act;
import io.virga.control.compute.server.NewServers;
import io.virga.control.compute.server.ServerDraft;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v2.1/servers}, but for lists of them. */
final class ServerRoutes {

  private final Servers servers;
  private final NewServers newServers;
  private final WholeServers whole;
  private final ServerViews views;

  ServerRoutes(Servers servers, NewServers newServers, WholeServers whole, ServerViews views) {
    this.servers = servers;
    this.newServers = newServers;
    this.whole = whole;
    this.views = views;
  }

  List<Route> routes() {
    return List.of(
        Route.post("/v2.1/servers", Rule.MEMBER, this::create),
        Route.get("/v2.1/servers/{id}", Rule.READER, this::show),
        Route.put("/v2.1/servers/{id}", Rule.MEMBER, this::update),
        Route.delete("/v2.1/servers/{id}", Rule.MEMBER, this::delete),
        Route.get("/v2.1/servers/{id}/ips", Rule.READER, this::addresses),
        Route.get("/v2.1/servers/{id}/ips/{network}", Rule.READER, this::addressesOfNetwork));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    Microversion version = Microversion.of(request);
    return servers
        .find(request)
        .flatMap(server -> whole.of(request, server))
        .flatMap(
            one ->
                Replies.ok(
                    ServerViews.one(
                        views.whole(one, version, request.caller().isAdmin()),
                        one.server(),
                        version)));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    Microversion version = Microversion.of(request);
    return request
        .json()
        .flatMap(root -> create(request, root.object("server"), ServerBodies.draft(root, version)));
  }

  private Mono<ServerResponse> create(ApiRequest request, JsonBody body, ServerDraft draft) {
    if (draft.where().host().isPresent() && !request.caller().isAdmin()) {
      throw ApiFault.forbidden(
          "Policy doesn't allow os_compute_api:servers:create:forced_host to be performed.");
    }
    NewServers.Order order =
        new NewServers.Order(draft, ServerBodies.count(body), BlockDevices::ofImage);
    return servers
        .database()
        .inTransaction(
            transaction ->
                newServers.create(transaction, Servers.actor(request), order).collectList())
        .flatMap(made -> accepted(body, made.getFirst()));
  }

  private Mono<ServerResponse> accepted(JsonBody body, Server made) {
    View view =
        body.flag("return_reservation_id", false)
            ? View.of("reservation_id", made.placed().reservationId())
            : View.of(
                "server",
                View.of("id", made.id())
                    .with("links", views.links("servers", made.id().toString()))
                    .with("OS-DCF:diskConfig", made.build().diskConfig())
                    .with("security_groups", views.groups(made))
                    .with("adminPass", Passwords.of(body)));
    return Replies.bytes(
        ServerResponse.status(HttpStatus.ACCEPTED)
            .header("Location", views.address("servers", made.id().toString())),
        view);
  }

  private Mono<ServerResponse> update(ApiRequest request) {
    Microversion version = Microversion.of(request);
    return request
        .json()
        .map(body -> body.object("server"))
        .flatMap(
            body ->
                servers.act(
                    request, Act.CHANGE_DESCRIPTION, server -> changed(body, server, version)))
        .flatMap(server -> whole.of(request, server))
        .flatMap(
            one -> Replies.ok(ServerViews.one(views.changed(one, version), one.server(), version)));
  }

  /** Its host is told of another name, for operators and the guest's metadata. */
  private static Server changed(JsonBody body, Server server, Microversion version) {
    Server.Description description = ServerBodies.described(body, server.description(), version);
    Server other = server.with(description);
    Server built =
        ServerBodies.diskConfig(body).map(other.build()::diskConfig).map(other::with).orElse(other);
    boolean told =
        !description.name().equals(server.name())
            || !description.metadata().equals(server.description().metadata());
    return told ? built.changed() : built;
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    return servers.delete(request).then(Replies.noContent());
  }

  private Mono<ServerResponse> addresses(ApiRequest request) {
    return servers
        .find(request)
        .flatMap(server -> whole.of(request, server))
        .flatMap(one -> Replies.ok(View.of("addresses", ServerViews.ips(one.ports()))));
  }

  private Mono<ServerResponse> addressesOfNetwork(ApiRequest request) {
    String network = request.path("network");
    return servers
        .find(request)
        .flatMap(server -> whole.of(request, server))
        .mapNotNull(one -> ServerViews.ips(one.ports()).get(network))
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound("Network", network)))
        .flatMap(addresses -> Replies.ok(View.of(network, addresses)));
  }
}
