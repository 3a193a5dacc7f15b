package io.virga.control.compute.api;

import io.virga.control.compute.store.HostUsage;
import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.hosts.Host;
import io.virga.control.hosts.KnownHosts;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Page;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * {@code /v2.1/os-hypervisors}: the hosts that servers run on. What were sub-resources of a name
 * until version 2.52 are parameters since.
 */
final class HypervisorRoutes {

  private static final int PAGED = 33;
  private static final int PARAMETERS = 53;
  private static final String PATTERN = "hypervisor_hostname_pattern";
  private static final String WITH_SERVERS = "with_servers";

  private final Database database;
  private final HostUsage usage = new HostUsage();
  private final KnownHosts hosts = new KnownHosts();

  HypervisorRoutes(Database database) {
    this.database = database;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v2.1/os-hypervisors", Rule.ADMIN, request -> list(request, false)),
        Route.get("/v2.1/os-hypervisors/detail", Rule.ADMIN, request -> list(request, true)),
        Route.get("/v2.1/os-hypervisors/statistics", Rule.ADMIN, request -> statistics()),
        Route.get("/v2.1/os-hypervisors/{id}", Rule.ADMIN, this::show),
        Route.get("/v2.1/os-hypervisors/{id}/search", Rule.ADMIN, this::search),
        Route.get("/v2.1/os-hypervisors/{id}/servers", Rule.ADMIN, this::servers));
  }

  private Mono<ServerResponse> list(ApiRequest request, boolean detailed) {
    Microversion version = Microversion.of(request);
    Optional<String> pattern = request.query(PATTERN).filter(text -> version.atLeast(PARAMETERS));
    if (pattern.isPresent() && (request.hasQuery("limit") || request.hasQuery("marker"))) {
      throw ApiFault.badRequest(
          "Paging over hypervisors with the hypervisor_hostname_pattern query parameter is not"
              + " supported.");
    }
    return computes()
        .filter(host -> pattern.map(host.name()::contains).orElse(true))
        .collectList()
        .map(
            found -> {
              if (found.isEmpty() && pattern.isPresent()) {
                throw missing(pattern.get());
              }
              return version.atLeast(PAGED) && pattern.isEmpty()
                  ? Page.of(request).of(found, host -> ComputeHosts.id(host, version).toString())
                  : new Page.Cut<>(found, Optional.empty());
            })
        .flatMap(
            page ->
                views(page.items(), version, detailed, withServers(request, version))
                    .map(views -> new Page.Cut<>(views, page.next())))
        .flatMap(page -> Replies.ok(page.view("hypervisors")));
  }

  private static boolean withServers(ApiRequest request, Microversion version) {
    return version.atLeast(PARAMETERS)
        && request
            .query(WITH_SERVERS)
            .filter(text -> ServerFilter.flag(WITH_SERVERS, text))
            .isPresent();
  }

  private Mono<List<View>> views(
      List<Host> found, Microversion version, boolean detailed, boolean withServers) {
    Mono<Map<String, HostUsage.OfHost>> used =
        detailed ? usage.all(database).collectMap(HostUsage.OfHost::host) : Mono.just(Map.of());
    Mono<Map<String, Collection<UUID>>> servers =
        withServers
            ? usage.servers(database, found.stream().map(Host::name).toList())
            : Mono.just(Map.of());
    return Mono.zip(used, servers)
        .map(
            both ->
                found.stream()
                    .map(
                        host -> {
                          View view = brief(host, version);
                          Collection<UUID> here = both.getT2().get(host.name());
                          if (here != null) {
                            view.with("servers", servers(here));
                          }
                          return detailed ? detailed(view, host, both.getT1(), version) : view;
                        })
                    .toList());
  }

  private static List<View> servers(Collection<UUID> ids) {
    return ids.stream().map(id -> View.of("uuid", id).with("name", "virga-" + id)).toList();
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    Microversion version = Microversion.of(request);
    String id = request.path("id");
    return computes()
        .filter(host -> ComputeHosts.id(host, version).toString().equals(id))
        .next()
        .switchIfEmpty(Mono.error(() -> missing(id)))
        .flatMap(host -> views(List.of(host), version, true, withServers(request, version)))
        .flatMap(views -> Replies.ok(View.of("hypervisor", views.getFirst())));
  }

  private Mono<ServerResponse> search(ApiRequest request) {
    return named(request, false);
  }

  private Mono<ServerResponse> servers(ApiRequest request) {
    return named(request, true);
  }

  private Mono<ServerResponse> named(ApiRequest request, boolean withServers) {
    Microversion version = Microversion.requireBefore(request, PARAMETERS);
    String text = request.path("id");
    return computes()
        .filter(host -> host.name().contains(text))
        .collectList()
        .filter(found -> !found.isEmpty())
        .switchIfEmpty(Mono.error(() -> missing(text)))
        .flatMap(found -> views(found, version, false, withServers))
        .flatMap(views -> Replies.ok(View.of("hypervisors", views)));
  }

  private Mono<ServerResponse> statistics() {
    return usage
        .all(database)
        .collectMap(HostUsage.OfHost::host)
        .flatMap(
            used ->
                computes()
                    .filter(host -> !host.disabled())
                    .collectList()
                    .map(all -> HypervisorViews.total(all, used)))
        .flatMap(total -> Replies.ok(View.of("hypervisor_statistics", total)));
  }

  private Flux<Host> computes() {
    return hosts.all(database, Optional.of(ComputeHosts.SERVICE));
  }

  private static View brief(Host host, Microversion version) {
    return View.of("id", ComputeHosts.id(host, version))
        .with("hypervisor_hostname", host.name())
        .with("state", ComputeHosts.state(host))
        .with("status", ComputeHosts.status(host));
  }

  private static View detailed(
      View brief, Host host, Map<String, HostUsage.OfHost> used, Microversion version) {
    return HypervisorViews.detailed(brief, host, used, version)
        .with(
            "service",
            View.of("id", ComputeHosts.id(host, version))
                .with("host", host.name())
                .with("disabled_reason", host.disabledReason()));
  }

  private static ApiFault missing(String id) {
    return ApiFault.notFound("Hypervisor", id);
  }
}
