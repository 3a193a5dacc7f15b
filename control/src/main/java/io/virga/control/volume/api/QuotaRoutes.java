package io.virga.control.volume.api;

import io.virga.control.database.Database;
import io.virga.control.database.Session;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.quota.api.QuotaForm;
import io.virga.control.quota.api.QuotaSets;
import io.virga.control.volume.model.OfType;
import io.virga.control.volume.store.TypeUsages;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v3/{project}/os-quota-sets/{of}} and {@code …/limits}. */
final class QuotaRoutes {

  private final Database database;
  private final Quota quota;

  QuotaRoutes(Database database, Quota quota) {
    this.database = database;
    this.quota = quota;
  }

  List<Route> routes() {
    QuotaSets quotas =
        new QuotaSets(
            database, quota, QuotaForm.VOLUME, QuotaSets.Others.NONE, QuotaRoutes::ofTypes);
    return List.of(
        Projects.get("/limits", Rule.READER, this::limits),
        Projects.get(
            "/os-quota-sets/{of}",
            Rule.READER,
            request -> wantsUsage(request) ? quotas.details(request) : quotas.limits(request)),
        Projects.get("/os-quota-sets/{of}/defaults", Rule.READER, quotas::defaults),
        Projects.put("/os-quota-sets/{of}", Rule.ADMIN, quotas::set),
        Projects.delete(
            "/os-quota-sets/{of}", Rule.ADMIN, request -> quotas.reset(request, HttpStatus.OK)),
        Projects.get("/os-quota-class-sets/{of}", Rule.ADMIN, quotas::classSet),
        Projects.put("/os-quota-class-sets/{of}", Rule.ADMIN, quotas::setClass));
  }

  private static Mono<List<QuotaSets.Kind>> ofTypes(Session session, String project) {
    return new TypeUsages()
        .all(session, project)
        .flatMapIterable(
            usage ->
                OfType.all(usage.typeId(), usage.typeName()).stream()
                    .map(counted -> new QuotaSets.Kind(counted, usage.of(counted)))
                    .toList())
        .collectList();
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
                      .with("maxTotalBackups", usages.of(Resource.BACKUPS).limit())
                      .with("maxTotalBackupGigabytes", usages.of(Resource.BACKUP_GIGABYTES).limit())
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
