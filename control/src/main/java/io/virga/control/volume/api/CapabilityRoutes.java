package io.virga.control.volume.api;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.volume.store.VolumePlacement;
import io.virga.control.volume.store.VolumePlacement.Pool;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/{project}/capabilities/{host}}: what the volumes of a host can be. */
final class CapabilityRoutes {

  /** The enforced specs of QoS. */
  private static final List<String> LIMITS =
      List.of(
          "total_iops_sec",
          "read_iops_sec",
          "write_iops_sec",
          "total_bytes_sec",
          "read_bytes_sec",
          "write_bytes_sec");

  private final Database database;
  private final VolumePlacement placement = new VolumePlacement();

  CapabilityRoutes(Database database) {
    this.database = database;
  }

  List<Route> routes() {
    return List.of(Projects.get("/capabilities/{host}", Rule.ADMIN, this::show));
  }

  private Mono<ServerResponse> show(ApiRequest request) {
    String name = request.path("host");
    return placement
        .pools(database)
        .filter(pool -> pool.host().equals(name.replaceFirst("@.*", "")))
        .next()
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound("Host", name)))
        .flatMap(pool -> Replies.ok(view(pool)));
  }

  private static View view(Pool pool) {
    View properties =
        View.of("thin_provisioning", property("Thin Provisioning", "Whether volumes are thin."))
            .with("qos", property("QoS", "Whether the limits of volume types are enforced."));
    LIMITS.forEach(limit -> properties.with(limit, limit(limit)));
    return View.of("namespace", "OS::Storage::Capabilities::" + pool.host())
        .with("vendor_name", PoolRoutes.VENDOR)
        .with("volume_backend_name", PoolRoutes.BACKEND)
        .with("pool_name", Optional.empty())
        .with("driver_version", PoolRoutes.VERSION)
        .with("storage_protocol", PoolRoutes.PROTOCOLS)
        .with("display_name", Optional.empty())
        .with("description", Optional.empty())
        .with("visibility", Optional.empty())
        .with("replication_targets", List.of())
        .with("properties", properties);
  }

  private static View property(String title, String description) {
    return View.of("title", title).with("description", description).with("type", "boolean");
  }

  private static View limit(String name) {
    String title =
        List.of(name.split("_")).stream()
            .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
            .collect(Collectors.joining(" "));
    return View.of("title", title)
        .with("description", "At most so many each second; 0 for no limit.")
        .with("type", "integer");
  }
}
