package io.virga.control.volume.api;

import io.virga.control.database.Database;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.volume.store.VolumePlacement;
import io.virga.control.volume.store.VolumePlacement.Pool;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/{project}/scheduler-stats/get_pools}: what room there is for volumes, and where. */
final class PoolRoutes {

  static final String VENDOR = "Virga";
  static final String BACKEND = "virga";
  static final String VERSION = "1";

  /** Cinder has but one name there. */
  static final String PROTOCOLS = "NBD,iSCSI";

  private static final double GIB = 1L << 30;

  private final Database database;
  private final VolumePlacement placement = new VolumePlacement();

  PoolRoutes(Database database) {
    this.database = database;
  }

  List<Route> routes() {
    return List.of(Projects.get("/scheduler-stats/get_pools", Rule.ADMIN, this::list));
  }

  private Mono<ServerResponse> list(ApiRequest request) {
    boolean detailed = request.query("detail").filter("true"::equalsIgnoreCase).isPresent();
    return placement
        .pools(database)
        .filter(pool -> request.query("name").map(pool.host()::equals).orElse(true))
        .map(pool -> detailed ? detailed(pool) : View.of("name", pool.host()))
        .collectList()
        .flatMap(pools -> Replies.ok(View.of("pools", pools)));
  }

  private static View detailed(Pool pool) {
    return View.of("name", pool.host())
        .with(
            "capabilities",
            View.of("total_capacity_gb", pool.bytes() / GIB)
                .with("free_capacity_gb", (pool.bytes() - pool.usedBytes()) / GIB)
                .with("allocated_capacity_gb", pool.promisedBytes() / GIB)
                .with("provisioned_capacity_gb", pool.promisedBytes() / GIB)
                .with("max_over_subscription_ratio", VolumePlacement.MAX_PROMISED)
                .with("thin_provisioning_support", true)
                .with("reserved_percentage", 0)
                .with("QoS_support", true)
                .with("volume_backend_name", BACKEND)
                .with("vendor_name", VENDOR)
                .with("storage_protocol", PROTOCOLS)
                .with("backend_state", pool.up() ? "up" : "down")
                .with("timestamp", VolumeViews.time(pool.at())));
  }
}
