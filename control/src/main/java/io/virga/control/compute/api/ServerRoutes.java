package io.virga.control.compute.api;

import io.virga.control.compute.model.Server;
import io.virga.control.compute.server.ServerDraft;
import io.virga.control.compute.server.ServerLife;
import io.virga.control.compute.store.ServerStore;
import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Page;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.network.InstancePorts;
import io.virga.control.network.InstancePorts.BoundPort;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.InstanceVolumes;
import io.virga.control.volume.InstanceVolumes.AttachedVolume;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code /v2.1/servers}. */
public final class ServerRoutes {

  private final Database database;
  private final ServerStore servers;
  private final ServerLife life;
  private final InstancePorts ports;
  private final InstanceVolumes volumes;
  private final ServerViews views;

  ServerRoutes(
      Database database,
      ServerStore servers,
      ServerLife life,
      InstancePorts ports,
      InstanceVolumes volumes,
      ServerViews views) {
    this.database = database;
    this.servers = servers;
    this.life = life;
    this.ports = ports;
    this.volumes = volumes;
    this.views = views;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v2.1/servers", Rule.READER, request -> list(request, false)),
        Route.get("/v2.1/servers/detail", Rule.READER, request -> list(request, true)),
        Route.post("/v2.1/servers", Rule.MEMBER, this::create),
        Route.get("/v2.1/servers/{id}", Rule.READER, this::show),
        Route.put("/v2.1/servers/{id}", Rule.MEMBER, this::update),
        Route.delete("/v2.1/servers/{id}", Rule.MEMBER, this::delete));
  }

  private Mono<ServerResponse> list(ApiRequest request, boolean detailed) {
    boolean all = request.caller().isAdmin() && request.query("all_tenants").isPresent();
    return servers
        .list(database, new Viewer(request.projectId(), all))
        .filter(server -> matches(server, request))
        .collectList()
        .flatMap(
            matching -> {
              Page.Cut<Server> cut = Page.of(request).of(matching, s -> s.id().toString());
              Mono<Page.Cut<View>> shown =
                  detailed
                      ? whole(cut.items())
                          .map(whole -> view(request, whole))
                          .collectList()
                          .map(items -> new Page.Cut<>(items, cut.next()))
                      : Mono.just(cut.map(views::brief));
              return shown.flatMap(page -> Replies.ok(page.view("servers")));
            });
  }

  private static boolean matches(Server server, ApiRequest request) {
    return request.query("name").map(n -> server.name().contains(n)).orElse(true)
        && request.query("status").map(s -> s.equalsIgnoreCase(server.status())).orElse(true)
        && request.query("image").map(server.imageId()::equals).orElse(true)
        && request.query("flavor").map(server.size().flavorId()::equals).orElse(true)
        && request.query("host").map(server.host()::equals).orElse(true)
        && request.query("uuid").map(server.id().toString()::equals).orElse(true);
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    return servers
        .find(database, Viewer.of(request.caller()), request.id("id", "Instance"))
        .flatMapMany(server -> whole(List.of(server)))
        .next()
        .flatMap(whole -> Replies.ok(View.of("server", view(request, whole))));
  }

  private Mono<ServerResponse> create(ApiRequest request) {
    return request
        .json()
        .map(body -> body.object("server"))
        .flatMap(
            body -> {
              ServerDraft draft = ServerBodies.draft(body);
              int count = ServerBodies.count(body);
              if (draft.host().isPresent() && !request.caller().isAdmin()) {
                return Mono.error(
                    ApiFault.forbidden(
                        "Policy doesn't allow os_compute_api:servers:create:forced_host to be performed."));
              }
              return database.inTransaction(
                  transaction -> create(transaction, request, draft, count));
            })
        .flatMap(made -> accepted(request, made));
  }

  private Mono<Server> create(
      Transaction transaction, ApiRequest request, ServerDraft draft, int count) {
    return Flux.range(1, count)
        .map(n -> count == 1 ? draft : draft.named(draft.name() + "-" + n))
        .concatMap(one -> life.create(transaction, request.caller(), one))
        .collectList()
        .map(List::getFirst);
  }

  private Mono<ServerResponse> accepted(ApiRequest request, Server made) {
    View view =
        View.of("id", made.id())
            .with("links", views.links("servers", made.id().toString()))
            .with("OS-DCF:diskConfig", "MANUAL")
            .with(
                "security_groups",
                made.securityGroups().stream().map(name -> View.of("name", name)).toList())
            .with("adminPass", "");
    return Replies.bytes(
        ServerResponse.status(HttpStatus.ACCEPTED)
            .header("Location", request.uri() + "/" + made.id()),
        View.of("server", view));
  }

  private Mono<ServerResponse> update(ApiRequest request) {
    UUID id = request.id("id", "Instance");
    return request
        .json()
        .map(body -> body.object("server"))
        .flatMap(
            body ->
                database.inTransaction(
                    transaction ->
                        servers
                            .lock(transaction, Viewer.of(request.caller()), id)
                            .flatMap(
                                server ->
                                    servers.updateDescription(
                                        transaction, described(body, server)))))
        .then(show(request));
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    UUID id = request.id("id", "Instance");
    return database
        .inTransaction(
            transaction ->
                servers
                    .lock(transaction, Viewer.of(request.caller()), id)
                    .flatMap(server -> life.delete(transaction, server)))
        .then(Replies.noContent());
  }

  private Flux<ServerViews.Whole> whole(List<Server> of) {
    List<String> ids = of.stream().map(server -> server.id().toString()).toList();
    return Mono.zip(
            ports.ofInstances(database, ids).collectMultimap(BoundPort::instanceId),
            volumes.attached(database, ids).collectMultimap(AttachedVolume::instanceId))
        .flatMapIterable(
            hanging ->
                of.stream()
                    .map(
                        server ->
                            new ServerViews.Whole(
                                server, of(hanging.getT1(), server), of(hanging.getT2(), server)))
                    .toList());
  }

  private static <T> List<T> of(Map<String, Collection<T>> hanging, Server server) {
    return List.copyOf(hanging.getOrDefault(server.id().toString(), List.of()));
  }

  private View view(ApiRequest request, ServerViews.Whole whole) {
    return views.whole(whole, Microversion.of(request), request.caller().isAdmin());
  }

  private static Server described(JsonBody body, Server before) {
    String name = body.optionalText("name", ServerBodies.NAME_LENGTH).orElse(before.name());
    if (name.isBlank()) {
      throw ApiFault.badRequest("server.name: may not be empty");
    }
    return new Server(
        before.id(),
        before.projectId(),
        before.userId(),
        name,
        body.optionalText("description", ServerBodies.NAME_LENGTH).orElse(before.description()),
        before.hostname(),
        before.host(),
        before.size(),
        before.imageId(),
        before.access(),
        before.metadata(),
        before.securityGroups(),
        before.desired(),
        before.observed(),
        before.createdAt(),
        before.updatedAt());
  }
}
