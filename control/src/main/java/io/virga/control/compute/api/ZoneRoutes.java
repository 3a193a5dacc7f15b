package io.virga.control.compute.api;

import io.virga.control.compute.store.AggregateStore;
import io.virga.control.database.Database;
import io.virga.control.hosts.Host;
import io.virga.control.hosts.KnownHosts;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v2.1/os-availability-zone}. */
final class ZoneRoutes {

  private final Database database;
  private final AggregateStore aggregates;
  private final KnownHosts hosts = new KnownHosts();

  ZoneRoutes(Database database, AggregateStore aggregates) {
    this.database = database;
    this.aggregates = aggregates;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v2.1/os-availability-zone", Rule.READER, request -> list(false)),
        Route.get("/v2.1/os-availability-zone/detail", Rule.ADMIN, request -> list(true)));
  }

  private Mono<ServerResponse> list(boolean detailed) {
    return aggregates
        .zones(database)
        .flatMapMany(
            zones ->
                hosts
                    .all(database, Optional.of(ComputeHosts.SERVICE))
                    .collectMultimap(
                        host -> ComputeHosts.zone(zones, host.name()),
                        Function.identity(),
                        TreeMap::new)
                    .flatMapIterable(Map::entrySet))
        .map(zone -> view(zone.getKey(), zone.getValue(), detailed))
        .collectList()
        .flatMap(views -> Replies.ok(View.of("availabilityZoneInfo", views)));
  }

  private static View view(String name, Collection<Host> hosts, boolean detailed) {
    Map<String, View> byName = new LinkedHashMap<>();
    hosts.forEach(host -> byName.put(host.name(), View.of("nova-compute", state(host))));
    return View.of("zoneName", name)
        .with("zoneState", View.of("available", hosts.stream().anyMatch(Host::isUp)))
        .with("hosts", detailed ? Optional.of(byName) : Optional.empty());
  }

  private static View state(Host host) {
    return View.of("available", host.isUp())
        .with("active", !host.disabled())
        .with("updated_at", Times.bare(host.changedAt()));
  }
}
