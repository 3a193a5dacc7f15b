package io.virga.control.compute.api;

import io.virga.control.compute.store.AggregateStore;
import io.virga.control.compute.store.HostUsage;
import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.hosts.Host;
import io.virga.control.hosts.Hosts;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code os-availability-zone} and {@code os-hypervisors}: the hosts that servers run on. */
final class HostRoutes {

  private static final int CPU_INFO_OBJECT = 28;
  private static final int UUIDS = 53;

  private final Database database;
  private final Hosts hosts;
  private final HostUsage usage;
  private final AggregateStore aggregates;

  HostRoutes(Database database, Hosts hosts, HostUsage usage, AggregateStore aggregates) {
    this.database = database;
    this.hosts = hosts;
    this.usage = usage;
    this.aggregates = aggregates;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v2.1/os-availability-zone", Rule.READER, request -> zones(false)),
        Route.get("/v2.1/os-availability-zone/detail", Rule.ADMIN, request -> zones(true)),
        Route.get("/v2.1/os-hypervisors", Rule.ADMIN, request -> list(request, false)),
        Route.get("/v2.1/os-hypervisors/detail", Rule.ADMIN, request -> list(request, true)),
        Route.get("/v2.1/os-hypervisors/statistics", Rule.ADMIN, request -> statistics()),
        Route.get("/v2.1/os-hypervisors/{id}", Rule.ADMIN, this::show),
        Route.get("/v2.1/os-hypervisors/{id}/search", Rule.ADMIN, this::search),
        Route.get("/v2.1/os-hypervisors/{id}/servers", Rule.ADMIN, this::servers));
  }

  private Mono<ServerResponse> zones(boolean detailed) {
    return aggregates
        .zones(database)
        .flatMapMany(
            zones ->
                computes()
                    .collectMultimap(
                        host -> AggregateRoutes.zoneOf(zones, host.name()),
                        Function.identity(),
                        TreeMap::new)
                    .flatMapIterable(Map::entrySet))
        .map(zone -> zone(zone.getKey(), zone.getValue(), detailed))
        .collectList()
        .flatMap(views -> Replies.ok(View.of("availabilityZoneInfo", views)));
  }

  private static View zone(String name, Collection<Host> hosts, boolean detailed) {
    Map<String, View> byName = new LinkedHashMap<>();
    hosts.forEach(host -> byName.put(host.name(), View.of("nova-compute", state(host))));
    return View.of("zoneName", name)
        .with("zoneState", View.of("available", hosts.stream().anyMatch(Host::connected)))
        .with("hosts", detailed ? Optional.of(byName) : Optional.empty());
  }

  private static View state(Host host) {
    return View.of("available", host.connected())
        .with("active", !host.disabled())
        .with("updated_at", Times.bare(host.changedAt()));
  }

  private Mono<ServerResponse> list(ApiRequest request, boolean detailed) {
    Microversion version = Microversion.of(request);
    Optional<String> pattern =
        request.query("hypervisor_hostname_pattern").filter(text -> version.atLeast(UUIDS));
    return views(version, detailed)
        .filter(known -> pattern.map(text -> known.host().name().contains(text)).orElse(true))
        .map(Known::view)
        .collectList()
        .flatMap(
            found ->
                found.isEmpty() && pattern.isPresent()
                    ? Mono.error(missing(pattern.get()))
                    : Replies.ok(View.of("hypervisors", found)));
  }

  private record Known(Host host, View view) {}

  private Flux<Known> views(Microversion version, boolean detailed) {
    return usage
        .all(database)
        .collectMap(HostUsage.OfHost::host)
        .flatMapMany(
            used ->
                computes()
                    .map(
                        host -> {
                          View view = brief(host, version);
                          HostUsage.OfHost uses =
                              used.getOrDefault(host.name(), HostUsage.OfHost.none(host.name()));
                          return new Known(
                              host, detailed ? detailed(view, host, uses, version) : view);
                        }));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    Microversion version = Microversion.of(request);
    return find(request, version)
        .flatMap(
            host ->
                views(version, true)
                    .filter(known -> known.host().name().equals(host.name()))
                    .next())
        .flatMap(known -> Replies.ok(View.of("hypervisor", known.view())));
  }

  private Mono<ServerResponse> search(ApiRequest request) {
    Microversion version = Microversion.of(request);
    String text = request.path("id");
    return computes()
        .filter(host -> host.name().contains(text))
        .map(host -> brief(host, version))
        .collectList()
        .flatMap(
            found ->
                found.isEmpty()
                    ? Mono.error(missing(text))
                    : Replies.ok(View.of("hypervisors", found)));
  }

  private Mono<ServerResponse> servers(ApiRequest request) {
    Microversion version = Microversion.of(request);
    String text = request.path("id");
    return computes()
        .filter(host -> host.name().contains(text))
        .collectList()
        .flatMapMany(
            found -> found.isEmpty() ? Flux.error(missing(text)) : Flux.fromIterable(found))
        .concatMap(
            host ->
                usage
                    .servers(database, host.name())
                    .map(
                        server -> View.of("uuid", server.id()).with("name", "virga-" + server.id()))
                    .collectList()
                    .map(all -> brief(host, version).with("servers", all)))
        .collectList()
        .flatMap(found -> Replies.ok(View.of("hypervisors", found)));
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

  private Mono<Host> find(ApiRequest request, Microversion version) {
    String id = request.path("id");
    return computes()
        .filter(host -> id(host, version).toString().equals(id))
        .next()
        .switchIfEmpty(Mono.error(() -> missing(id)));
  }

  private Flux<Host> computes() {
    return hosts.all(database, Optional.of("compute-agent"));
  }

  private static View brief(Host host, Microversion version) {
    return View.of("id", id(host, version))
        .with("hypervisor_hostname", host.name())
        .with("state", host.connected() ? "up" : "down")
        .with("status", host.disabled() ? "disabled" : "enabled");
  }

  private static View detailed(View brief, Host host, HostUsage.OfHost uses, Microversion version) {
    return HypervisorViews.detailed(brief, host, uses)
        .with("cpu_info", version.atLeast(CPU_INFO_OBJECT) ? Map.of() : "")
        .with(
            "service",
            View.of("id", id(host, version))
                .with("host", host.name())
                .with("disabled_reason", host.disabledReason()));
  }

  /** A number for old clients; the same for a host at all times. */
  static Object id(Host host, Microversion version) {
    UUID id =
        UUID.nameUUIDFromBytes(
            (host.service() + "@" + host.name()).getBytes(StandardCharsets.UTF_8));
    return version.atLeast(UUIDS) ? id : (Object) (id.hashCode() & Integer.MAX_VALUE);
  }

  private static ApiFault missing(String id) {
    return ApiFault.notFound("Hypervisor", id);
  }
}
