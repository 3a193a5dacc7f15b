package io.virga.control.compute.api;

import io.virga.control.compute.server.InstanceSpecs;
import io.virga.control.compute.store.AggregateStore;
import io.virga.control.compute.store.HostUsage;
import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.hosts.Host;
import io.virga.control.hosts.Hosts;
import io.virga.control.hosts.KnownHosts;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import java.util.List;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * {@code /v2.1/os-services}: the processes of the data planes. What Nova calls {@code nova-compute}
 * is the compute agent; where it is disabled nothing new is placed.
 */
final class ServiceRoutes {

  private static final int FORCED_DOWN = 11;
  private static final int BY_ID = 53;
  private static final String COMPUTE = "nova-compute";

  private final Database database;
  private final Hosts hosts;
  private final HostUsage usage;
  private final AggregateStore aggregates;
  private final KnownHosts known = new KnownHosts();

  ServiceRoutes(Database database, Hosts hosts, HostUsage usage, AggregateStore aggregates) {
    this.database = database;
    this.hosts = hosts;
    this.usage = usage;
    this.aggregates = aggregates;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v2.1/os-services", Rule.ADMIN, this::list),
        Route.put("/v2.1/os-services/enable", Rule.ADMIN, r -> byName(r, false, false)),
        Route.put("/v2.1/os-services/disable", Rule.ADMIN, r -> byName(r, true, false)),
        Route.put("/v2.1/os-services/disable-log-reason", Rule.ADMIN, r -> byName(r, true, true)),
        Route.put("/v2.1/os-services/{id}", Rule.ADMIN, this::update),
        Route.delete("/v2.1/os-services/{id}", Rule.ADMIN, this::delete));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    Microversion version = Microversion.of(request);
    return aggregates
        .zones(database)
        .flatMapMany(
            zones ->
                hosts
                    .all(database, Optional.empty())
                    .filter(host -> matches(request, host))
                    .map(
                        host ->
                            view(host, version)
                                .with("zone", AggregateRoutes.zoneOf(zones, host.name()))))
        .collectList()
        .flatMap(views -> Replies.ok(View.of("services", views)));
  }

  private static boolean matches(ApiRequest request, Host host) {
    return request.query("host").map(host.name()::equals).orElse(true)
        && request.query("binary").map(binary(host)::equals).orElse(true);
  }

  /** The older way: {@code host} and {@code binary} in the body. */
  private Mono<ServerResponse> byName(ApiRequest request, boolean disabled, boolean withReason) {
    return request
        .json()
        .flatMap(
            body -> {
              String name = body.text("host", ServerBodies.NAME_LENGTH);
              String binary = body.text("binary", ServerBodies.NAME_LENGTH);
              Optional<String> reason =
                  withReason
                      ? Optional.of(body.text("disabled_reason", ServerBodies.NAME_LENGTH))
                      : Optional.empty();
              return hosts
                  .all(database, Optional.empty())
                  .filter(host -> host.name().equals(name) && binary(host).equals(binary))
                  .next()
                  .switchIfEmpty(Mono.error(() -> ApiFault.notFound("Host", name + "/" + binary)))
                  .flatMap(host -> known.disable(database, host, disabled, reason))
                  .then(Mono.fromSupplier(() -> answer(name, binary, disabled, reason)))
                  .flatMap(view -> Replies.ok(View.of("service", view)));
            });
  }

  private static View answer(
      String name, String binary, boolean disabled, Optional<String> reason) {
    View view =
        View.of("host", name)
            .with("binary", binary)
            .with("status", disabled ? "disabled" : "enabled");
    reason.ifPresent(text -> view.with("disabled_reason", text));
    return view;
  }

  private Mono<ServerResponse> update(ApiRequest request) {
    Microversion version = Microversion.require(request, BY_ID);
    return request
        .json()
        .flatMap(body -> find(request, version).flatMap(host -> update(host, body)))
        .then(Mono.defer(() -> find(request, version)))
        .flatMap(host -> Replies.ok(View.of("service", view(host, version))));
  }

  private Mono<Void> update(Host host, JsonBody body) {
    if (body.flag("forced_down", false)) {
      throw ApiFault.badRequest(
          "forced_down: whether an agent is there is seen by its stream, and not set by hand");
    }
    Optional<String> status = body.optionalChoice("status", List.of("enabled", "disabled"));
    Optional<String> reason = body.optionalText("disabled_reason", ServerBodies.NAME_LENGTH);
    if (reason.isPresent() && status.filter("disabled"::equals).isEmpty()) {
      throw ApiFault.badRequest("disabled_reason: goes with the status disabled alone");
    }
    return status
        .map(word -> known.disable(database, host, word.equals("disabled"), reason))
        .orElse(Mono.empty());
  }

  private Mono<ServerResponse> delete(ApiRequest request) {
    return find(request, Microversion.of(request))
        .flatMap(
            host ->
                host.connected()
                    ? Mono.error(
                        ApiFault.conflict(
                            "The %s of %s is connected.".formatted(binary(host), host.name())))
                    : refuseServers(host).then(Mono.defer(() -> known.forget(database, host))))
        .then(Replies.noContent());
  }

  /** Whoever comes back to a host of servers finds it as it was left. */
  private Mono<Void> refuseServers(Host host) {
    return binary(host).equals(COMPUTE)
        ? usage
            .servers(database, host.name())
            .next()
            .flatMap(
                server ->
                    Mono.error(
                        ApiFault.conflict(
                            "The host %s has servers, among them %s."
                                .formatted(host.name(), server.id()))))
        : Mono.empty();
  }

  private Mono<Host> find(ApiRequest request, Microversion version) {
    String id = request.path("id");
    return hosts
        .all(database, Optional.empty())
        .filter(host -> HostRoutes.id(host, version).toString().equals(id))
        .next()
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound("Service", id)));
  }

  private static String binary(Host host) {
    return host.service().equals("compute-agent") ? COMPUTE : host.service();
  }

  private static View view(Host host, Microversion version) {
    View view =
        View.of("id", HostRoutes.id(host, version))
            .with("binary", binary(host))
            .with("host", host.name())
            .with("zone", InstanceSpecs.ZONE)
            .with("status", host.disabled() ? "disabled" : "enabled")
            .with("disabled_reason", host.disabledReason())
            .with("state", host.connected() ? "up" : "down")
            .with("updated_at", Times.bare(host.changedAt()));
    return version.atLeast(FORCED_DOWN) ? view.with("forced_down", false) : view;
  }
}
