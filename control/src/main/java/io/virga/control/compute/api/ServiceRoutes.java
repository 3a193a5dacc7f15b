package io.virga.control.compute.api;

import io.virga.control.compute.store.AggregateStore;
import io.virga.control.compute.store.HostUsage;
import io.virga.control.compute.store.Placement;
import io.virga.control.database.Database;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.hosts.Host;
import io.virga.control.hosts.KnownHosts;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * {@code /v2.1/os-services}: the processes of the data planes. What Nova calls {@code nova-compute}
 * is the compute agent; where it is disabled or forced down nothing new is placed.
 */
final class ServiceRoutes {

  private static final int FORCED_DOWN = 11;
  private static final int BY_ID = 53;
  private static final String COMPUTE = "nova-compute";
  private static final String ENABLED = "enabled";
  private static final String DISABLED = "disabled";
  private static final String REASON = "disabled_reason";
  private static final String FORCED = "forced_down";

  private final Database database;
  private final AggregateStore aggregates;
  private final Placement placement;
  private final HostUsage usage = new HostUsage();
  private final KnownHosts known = new KnownHosts();

  ServiceRoutes(Database database, AggregateStore aggregates, Placement placement) {
    this.database = database;
    this.aggregates = aggregates;
    this.placement = placement;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v2.1/os-services", Rule.ADMIN, this::list),
        Route.put("/v2.1/os-services/enable", Rule.ADMIN, r -> byName(r, false, false)),
        Route.put("/v2.1/os-services/disable", Rule.ADMIN, r -> byName(r, true, false)),
        Route.put("/v2.1/os-services/disable-log-reason", Rule.ADMIN, r -> byName(r, true, true)),
        Route.put("/v2.1/os-services/force-down", Rule.ADMIN, this::forceByName),
        Route.put("/v2.1/os-services/{id}", Rule.ADMIN, this::update),
        Route.delete("/v2.1/os-services/{id}", Rule.ADMIN, this::delete));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    Microversion version = Microversion.of(request);
    return aggregates
        .zones(database)
        .flatMapMany(
            zones ->
                known
                    .all(database, Optional.empty())
                    .filter(host -> matches(request, host))
                    .map(host -> view(host, zones, version)))
        .collectList()
        .flatMap(views -> Replies.ok(View.of("services", views)));
  }

  private static boolean matches(ApiRequest request, Host host) {
    return request.query("host").map(host.name()::equals).orElse(true)
        && request.query("binary").map(binary(host)::equals).orElse(true);
  }

  private Mono<ServerResponse> byName(ApiRequest request, boolean disabled, boolean withReason) {
    Microversion.requireBefore(request, BY_ID);
    return request
        .json()
        .flatMap(
            body -> {
              Optional<String> reason =
                  withReason
                      ? Optional.of(body.text(REASON, ServerBodies.NAME_LENGTH))
                      : Optional.empty();
              return named(body)
                  .delayUntil(host -> known.disable(database, host, disabled, reason))
                  .map(
                      host -> {
                        View view = brief(host).with("status", disabled ? DISABLED : ENABLED);
                        reason.ifPresent(text -> view.with(REASON, text));
                        return view;
                      });
            })
        .flatMap(view -> Replies.ok(View.of("service", view)));
  }

  private Mono<ServerResponse> forceByName(ApiRequest request) {
    Microversion.require(request, FORCED_DOWN);
    Microversion.requireBefore(request, BY_ID);
    return request
        .json()
        .flatMap(
            body -> {
              boolean down = body.optionalFlag(FORCED).orElseThrow(() -> required(body));
              return named(body)
                  .delayUntil(host -> known.force(database, host, down))
                  .map(host -> brief(host).with(FORCED, down));
            })
        .flatMap(view -> Replies.ok(View.of("service", view)));
  }

  private static ApiFault required(JsonBody body) {
    return ApiFault.badRequest(body.at(FORCED) + ": is required");
  }

  private static View brief(Host host) {
    return View.of("host", host.name()).with("binary", binary(host));
  }

  /** The older way: {@code host} and {@code binary} in the body. */
  private Mono<Host> named(JsonBody body) {
    String name = body.text("host", ServerBodies.NAME_LENGTH);
    String binary = body.text("binary", ServerBodies.NAME_LENGTH);
    return known
        .all(database, Optional.empty())
        .filter(host -> host.name().equals(name) && binary(host).equals(binary))
        .next()
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound("Host", name + "/" + binary)));
  }

  private Mono<ServerResponse> update(ApiRequest request) {
    Microversion version = Microversion.require(request, BY_ID);
    return request
        .json()
        .flatMap(body -> find(database, request).flatMap(host -> update(host, body)))
        .then(Mono.defer(() -> Mono.zip(find(database, request), aggregates.zones(database))))
        .flatMap(both -> Replies.ok(View.of("service", view(both.getT1(), both.getT2(), version))));
  }

  private Mono<Void> update(Host host, JsonBody body) {
    Optional<String> status = body.optionalChoice("status", List.of(ENABLED, DISABLED));
    Optional<String> reason = body.optionalText(REASON, ServerBodies.NAME_LENGTH);
    Optional<Boolean> down = body.optionalFlag(FORCED);
    if (reason.isPresent() && status.filter(DISABLED::equals).isEmpty()) {
      throw ApiFault.badRequest("disabled_reason: goes with the status disabled alone");
    }
    if (status.isEmpty() && down.isEmpty()) {
      throw ApiFault.badRequest("No updates were requested. Fields 'status' or 'forced_down'");
    }
    return database.inTransaction(
        transaction ->
            Mono.justOrEmpty(status)
                .flatMap(word -> known.disable(transaction, host, word.equals(DISABLED), reason))
                .then(Mono.justOrEmpty(down).flatMap(is -> known.force(transaction, host, is))));
  }

  /** No server is placed there meanwhile. */
  private Mono<ServerResponse> delete(ApiRequest request) {
    return database
        .inTransaction(
            transaction ->
                placement
                    .lock(transaction)
                    .then(find(transaction, request))
                    .flatMap(host -> forget(transaction, host)))
        .then(Replies.noContent());
  }

  private Mono<Void> forget(Transaction transaction, Host host) {
    return host.connected()
        ? Mono.error(
            ApiFault.conflict("The %s of %s is connected.".formatted(binary(host), host.name())))
        : refuseServers(transaction, host).then(known.forget(transaction, host));
  }

  /** Whoever comes back to a host of servers finds it as it was left. */
  private Mono<Void> refuseServers(Transaction transaction, Host host) {
    return binary(host).equals(COMPUTE)
        ? usage
            .servers(transaction, host.name())
            .next()
            .flatMap(
                server ->
                    Mono.error(
                        ApiFault.conflict(
                            "The host %s has servers, among them %s."
                                .formatted(host.name(), server))))
        : Mono.empty();
  }

  private Mono<Host> find(Session session, ApiRequest request) {
    Microversion version = Microversion.of(request);
    String id = request.path("id");
    return known
        .all(session, Optional.empty())
        .filter(host -> ComputeHosts.id(host, version).toString().equals(id))
        .next()
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound("Service", id)));
  }

  private static String binary(Host host) {
    return host.service().equals(ComputeHosts.SERVICE) ? COMPUTE : host.service();
  }

  private static View view(Host host, Map<String, String> zones, Microversion version) {
    View view =
        View.of("id", ComputeHosts.id(host, version))
            .with("binary", binary(host))
            .with("host", host.name())
            .with("zone", ComputeHosts.zone(zones, host.name()))
            .with("status", ComputeHosts.status(host))
            .with(REASON, host.disabledReason())
            .with("state", ComputeHosts.state(host))
            .with("updated_at", Times.bare(host.changedAt()));
    return version.atLeast(FORCED_DOWN) ? view.with(FORCED, host.forcedDown()) : view;
  }
}
