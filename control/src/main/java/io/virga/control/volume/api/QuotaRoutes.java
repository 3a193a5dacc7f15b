package io.virga.control.volume.api;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import java.util.Arrays;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code /v3/{project}/os-quota-sets/{of}} and {@code …/limits}. */
final class QuotaRoutes {

  private static final int UNLIMITED = -1;

  private final Database database;
  private final Quota quota;

  QuotaRoutes(Database database, Quota quota) {
    this.database = database;
    this.quota = quota;
  }

  List<Route> routes() {
    return List.of(
        Projects.get("/limits", Rule.READER, this::limits),
        Projects.get("/os-quota-sets/{of}", Rule.READER, this::quotas),
        Projects.get("/os-quota-sets/{of}/defaults", Rule.READER, this::defaults),
        Projects.put("/os-quota-sets/{of}", Rule.ADMIN, this::set));
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

  private Mono<ServerResponse> quotas(ApiRequest request) {
    String project = project(request);
    boolean usage = request.query("usage").filter("true"::equalsIgnoreCase).isPresent();
    return quota
        .usages(database, project)
        .flatMap(
            usages -> {
              View set = View.of("id", project);
              for (Resource resource : ofVolumes()) {
                Quota.Usage of = usages.of(resource);
                set.with(resource.label(), usage ? detail(of) : of.limit());
              }
              return Replies.ok(View.of("quota_set", others(set, usage)));
            });
  }

  private Mono<ServerResponse> defaults(ApiRequest request) {
    View set = View.of("id", project(request));
    ofVolumes().forEach(resource -> set.with(resource.label(), resource.defaultLimit()));
    return Replies.ok(View.of("quota_set", others(set, false)));
  }

  private Mono<ServerResponse> set(ApiRequest request) {
    String project = request.path("of");
    return request
        .json()
        .map(body -> body.object("quota_set"))
        .flatMap(
            body ->
                database.inTransaction(
                    transaction ->
                        Flux.fromIterable(ofVolumes())
                            .filter(resource -> body.has(resource.label()))
                            .concatMap(
                                resource ->
                                    quota.limit(
                                        transaction, project, resource, limit(body, resource)))
                            .then()))
        .then(quotas(request));
  }

  private static View detail(Quota.Usage usage) {
    return View.of("limit", usage.limit()).with("in_use", usage.used()).with("reserved", 0);
  }

  /** What cinder counts and we do not have, so that clients find every member. */
  private static View others(View set, boolean usage) {
    Quota.Usage none = new Quota.Usage(0, 0);
    Quota.Usage free = new Quota.Usage(0, UNLIMITED);
    return set.with("backups", usage ? detail(none) : 0)
        .with("backup_gigabytes", usage ? detail(none) : 0)
        .with("groups", usage ? detail(none) : 0)
        .with("per_volume_gigabytes", usage ? detail(free) : UNLIMITED);
  }

  private static long limit(JsonBody body, Resource resource) {
    return body.number(resource.label(), Quota.UNLIMITED, Integer.MAX_VALUE);
  }

  private static String project(ApiRequest request) {
    String project = request.path("of");
    if (!request.caller().sees(project)) {
      throw ApiFault.notFound("Quota", project);
    }
    return project;
  }

  private static List<Resource> ofVolumes() {
    return Arrays.stream(Resource.values())
        .filter(resource -> resource.service().equals("volume"))
        .toList();
  }
}
