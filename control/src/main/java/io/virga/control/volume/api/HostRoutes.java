package io.virga.control.volume.api;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.hosts.Host;
import io.virga.control.hosts.KnownHosts;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.volume.store.HostTotals;
import io.virga.control.volume.store.HostTotals.Total;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/{project}/os-hosts}: the block stores, and what projects have on them. */
final class HostRoutes {

  private static final String BLOCK_STORE = "blockstore";
  private static final long GIB = 1L << 30;
  private static final Total NOTHING = new Total("(total)", 0, 0, 0, 0);

  private final Database database;
  private final KnownHosts hosts = new KnownHosts();
  private final HostTotals totals;

  HostRoutes(Database database, HostTotals totals) {
    this.database = database;
    this.totals = totals;
  }

  List<Route> routes() {
    return List.of(
        Projects.get("/os-hosts", Rule.ADMIN, request -> list()),
        Projects.get("/os-hosts/{host}", Rule.ADMIN, this::show));
  }

  private Mono<ServerResponse> list() {
    return hosts
        .all(database, Optional.of(BLOCK_STORE))
        .map(HostRoutes::view)
        .collectList()
        .flatMap(all -> Replies.ok(View.of("hosts", all)));
  }

  private static View view(Host host) {
    return View.of("host_name", host.name())
        .with("service", "cinder-volume")
        .with("zone", VolumeBodies.ZONE)
        .with("service-status", host.isUp() ? "available" : "unavailable")
        .with("service-state", host.disabled() ? "disabled" : "enabled")
        .with("last-update", VolumeViews.time(host.changedAt()));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    String name = request.path("host");
    return hosts
        .named(database, BLOCK_STORE, List.of(name))
        .next()
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound("Host", name)))
        .flatMap(host -> totals.of(database, name).collectList())
        .flatMap(
            projects -> {
              List<Total> all = new ArrayList<>();
              all.add(projects.stream().reduce(NOTHING, Total::plus));
              all.addAll(projects);
              return Replies.ok(
                  View.of("host", all.stream().map(total -> view(name, total)).toList()));
            });
  }

  /** Cinder gives these numbers as text. */
  private static View view(String host, Total total) {
    return View.of(
        "resource",
        View.of("host", host)
            .with("project", total.projectId())
            .with("volume_count", Long.toString(total.volumes()))
            .with("total_volume_gb", Long.toString(total.volumeBytes() / GIB))
            .with("snapshot_count", Long.toString(total.snapshots()))
            .with("total_snapshot_gb", Long.toString(total.snapshotBytes() / GIB)));
  }
}
