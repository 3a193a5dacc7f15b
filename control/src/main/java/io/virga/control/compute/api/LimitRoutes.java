package io.virga.control.compute.api;

import io.virga.control.database.Database;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Quota.Usage;
import io.virga.control.quota.Resource;
import io.virga.control.quota.api.QuotaForm;
import io.virga.control.quota.api.QuotaSets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /v2.1/limits} and {@code /v2.1/os-quota-sets}. */
final class LimitRoutes {

  /** From then on networks, and images, are no business of Nova's. */
  private static final int WITHOUT_NETWORKS = 36;

  private static final int WITHOUT_IMAGES = 39;

  private final Database database;
  private final Quota quota;

  LimitRoutes(Database database, Quota quota) {
    this.database = database;
    this.quota = quota;
  }

  List<Route> routes() {
    QuotaSets quotas = new QuotaSets(database, quota, QuotaForm.COMPUTE, LimitRoutes::others);
    String sets = "/v2.1/os-quota-sets/{of}";
    return List.of(
        Route.get("/v2.1/limits", Rule.READER, this::limits),
        Route.get(sets, Rule.READER, quotas::limits),
        Route.get(sets + "/detail", Rule.READER, quotas::details),
        Route.get(sets + "/defaults", Rule.READER, quotas::defaults),
        Route.put(sets, Rule.ADMIN, quotas::set),
        Route.delete(sets, Rule.ADMIN, request -> quotas.reset(request, HttpStatus.ACCEPTED)));
  }

  /** What Nova counts and we do not, or count for another service. */
  private static Map<String, Usage> others(ApiRequest request) {
    Microversion version = Microversion.of(request);
    Usage none = new Usage(0, 0);
    Usage free = new Usage(0, Quota.UNLIMITED);
    Map<String, Usage> others = new LinkedHashMap<>();
    others.put("metadata_items", new Usage(0, ServerBodies.MAX_METADATA));
    if (!version.atLeast(WITHOUT_NETWORKS)) {
      others.put("fixed_ips", free);
      others.put("floating_ips", free);
      others.put("security_groups", free);
      others.put("security_group_rules", free);
    }
    if (!version.atLeast(ServerBodies.WITHOUT_FILES)) {
      others.put("injected_files", none);
      others.put("injected_file_content_bytes", none);
      others.put("injected_file_path_bytes", none);
    }
    return others;
  }

  private Mono<ServerResponse> limits(ApiRequest request) {
    String project =
        request
            .query("tenant_id")
            .filter(other -> request.caller().isAdmin())
            .orElseGet(request::projectId);
    return quota
        .usages(database, project)
        .flatMap(
            usages ->
                Replies.ok(
                    View.of(
                        "limits",
                        View.of("rate", List.of())
                            .with("absolute", absolute(usages, Microversion.of(request))))));
  }

  private static View absolute(Quota.Usages usages, Microversion version) {
    View absolute =
        View.of("maxTotalInstances", usages.of(Resource.INSTANCES).limit())
            .with("maxTotalCores", usages.of(Resource.CORES).limit())
            .with("maxTotalRAMSize", usages.of(Resource.RAM_MIB).limit())
            .with("maxTotalKeypairs", usages.of(Resource.KEY_PAIRS).limit())
            .with("maxServerMeta", ServerBodies.MAX_METADATA)
            .with("maxServerGroups", usages.of(Resource.SERVER_GROUPS).limit())
            .with("maxServerGroupMembers", usages.of(Resource.SERVER_GROUP_MEMBERS).limit())
            .with("totalInstancesUsed", usages.of(Resource.INSTANCES).used())
            .with("totalCoresUsed", usages.of(Resource.CORES).used())
            .with("totalRAMUsed", usages.of(Resource.RAM_MIB).used())
            .with("totalServerGroupsUsed", usages.of(Resource.SERVER_GROUPS).used());
    if (!version.atLeast(WITHOUT_NETWORKS)) {
      absolute
          .with("maxSecurityGroups", Quota.UNLIMITED)
          .with("maxSecurityGroupRules", Quota.UNLIMITED)
          .with("maxTotalFloatingIps", Quota.UNLIMITED)
          .with("totalSecurityGroupsUsed", 0)
          .with("totalFloatingIpsUsed", 0);
    }
    if (!version.atLeast(WITHOUT_IMAGES)) {
      absolute.with("maxImageMeta", ServerBodies.MAX_METADATA);
    }
    if (!version.atLeast(ServerBodies.WITHOUT_FILES)) {
      absolute.with("maxPersonality", 0).with("maxPersonalitySize", 0);
    }
    return absolute;
  }
}
