package io.virga.control.volume.api;

import io.virga.control.database.Database;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.quota.api.QuotaForm;
import io.virga.control.quota.api.QuotaSets;
import java.util.List;
import java.util.Map;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/{project}/os-quota-sets/{of}} and {@code …/limits}. */
final class QuotaRoutes {

  /** What cinder counts and we do not. */
  private static final Map<String, Quota.Usage> OTHERS =
      Map.of(
          "backups", new Quota.Usage(0, 0),
          "backup_gigabytes", new Quota.Usage(0, 0),
          "groups", new Quota.Usage(0, 0),
          "per_volume_gigabytes", new Quota.Usage(0, Quota.UNLIMITED));

  private final Database database;
  private final Quota quota;

  QuotaRoutes(Database database, Quota quota) {
    this.database = database;
    this.quota = quota;
  }

  List<Route> routes() {
    QuotaSets quotas = new QuotaSets(database, quota, QuotaForm.VOLUME, request -> OTHERS);
    return List.of(
        Projects.get("/limits", Rule.READER, this::limits),
        Projects.get(
            "/os-quota-sets/{of}",
            Rule.READER,
            request -> wantsUsage(request) ? quotas.details(request) : quotas.limits(request)),
        Projects.get("/os-quota-sets/{of}/defaults", Rule.READER, quotas::defaults),
        Projects.put("/os-quota-sets/{of}", Rule.ADMIN, quotas::set));
  }

  private Mono<ServerResponse> limits(ApiRequest request) {
    return quota
        .usages(database, request.projectId())
        .flatMap(
            usages -> {
              View absolute =
                  View.of("maxTotalVolumes", usages.of(Resource.VOLUMES).limit())
                      .with("maxTotalSnapshots", usages.of(Resource.SNAPSHOTS).limit())
                      .with("maxTotalVolumeGigabytes", usages.of(Resource.GIGABYTES).limit())
                      .with("maxTotalBackups", 0)
                      .with("maxTotalBackupGigabytes", 0)
                      .with("totalVolumesUsed", usages.of(Resource.VOLUMES).used())
                      .with("totalSnapshotsUsed", usages.of(Resource.SNAPSHOTS).used())
                      .with("totalGigabytesUsed", usages.of(Resource.GIGABYTES).used())
                      .with("totalBackupsUsed", 0)
                      .with("totalBackupGigabytesUsed", 0);
              return Replies.ok(
                  View.of("limits", View.of("rate", List.of()).with("absolute", absolute)));
            });
  }

  private static boolean wantsUsage(ApiRequest request) {
    return request.query("usage").filter("true"::equalsIgnoreCase).isPresent();
  }
}
