package io.virga.control.volume.api;

import io.virga.control.database.Database;
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
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/{project}/os-services}: the block stores, and whether they take new volumes. */
final class ServiceRoutes {

  private static final String BLOCK_STORE = "blockstore";
  private static final String BINARY = "cinder-volume";
  private static final String FROZEN = "frozen";
  private static final int NAME_LENGTH = 255;

  private final Database database;
  private final KnownHosts hosts = new KnownHosts();

  ServiceRoutes(Database database) {
    this.database = database;
  }

  List<Route> routes() {
    return List.of(
        Projects.get("/os-services", Rule.ADMIN, this::list),
        Projects.put("/os-services/enable", Rule.ADMIN, r -> change(r, false, false)),
        Projects.put("/os-services/disable", Rule.ADMIN, r -> change(r, true, false)),
        Projects.put("/os-services/disable-log-reason", Rule.ADMIN, r -> change(r, true, true)),
        Projects.put("/os-services/freeze", Rule.ADMIN, r -> freeze(r, true)),
        Projects.put("/os-services/thaw", Rule.ADMIN, r -> freeze(r, false)),
        Projects.put("/os-services/failover_host", Rule.ADMIN, r -> refuseFailover()),
        Projects.put("/os-services/failover", Rule.ADMIN, r -> refuseFailover()));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    boolean ours = request.query("binary").map(BINARY::equals).orElse(true);
    return hosts
        .all(database, Optional.of(BLOCK_STORE))
        .filter(host -> ours && request.query("host").map(host.name()::equals).orElse(true))
        .map(ServiceRoutes::view)
        .collectList()
        .flatMap(services -> Replies.ok(View.of("services", services)));
  }

  private Mono<ServerResponse> change(ApiRequest request, boolean disabled, boolean withReason) {
    return request
        .json()
        .flatMap(
            body -> {
              Optional<String> reason =
                  withReason
                      ? Optional.of(body.text("disabled_reason", NAME_LENGTH))
                      : Optional.empty();
              return named(body)
                  .delayUntil(host -> hosts.disable(database, host, disabled, reason))
                  .map(host -> changed(host, disabled, reason));
            })
        .flatMap(Replies::ok);
  }

  /** A frozen block store takes no new volumes; those that it has go on. */
  private Mono<ServerResponse> freeze(ApiRequest request, boolean frozen) {
    return request
        .json()
        .flatMap(this::named)
        .onErrorMap(
            ApiFault.class,
            fault -> ApiFault.isNotFound(fault) ? ApiFault.badRequest(fault.message()) : fault)
        .flatMap(
            host ->
                hosts.disable(database, host, frozen, Optional.of(FROZEN).filter(reason -> frozen)))
        .then(Replies.acceptedEmpty());
  }

  private static Mono<ServerResponse> refuseFailover() {
    return Mono.error(
        ApiFault.badRequest(
            "Block stores have no replicas on other hosts, which one could fail over to."));
  }

  private Mono<Host> named(JsonBody body) {
    String name = body.text("host", NAME_LENGTH);
    String binary = body.optionalText("binary", NAME_LENGTH).orElse(BINARY);
    return hosts
        .named(database, BLOCK_STORE, List.of(name))
        .filter(host -> binary.equals(BINARY))
        .next()
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound("Service", binary + " on " + name)));
  }

  private static View changed(Host host, boolean disabled, Optional<String> reason) {
    View view =
        View.of("host", host.name())
            .with("service", BINARY)
            .with("binary", BINARY)
            .with("disabled", disabled)
            .with("status", disabled ? "disabled" : "enabled");
    reason.ifPresent(text -> view.with("disabled_reason", text));
    return view;
  }

  private static View view(Host host) {
    return View.of("binary", BINARY)
        .with("host", host.name())
        .with("zone", VolumeBodies.ZONE)
        .with("status", host.disabled() ? "disabled" : "enabled")
        .with("state", host.isUp() ? "up" : "down")
        .with("updated_at", VolumeViews.time(host.changedAt()))
        .with("disabled_reason", host.disabledReason());
  }
}
