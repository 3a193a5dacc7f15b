package io.virga.control.compute.api;

import io.virga.control.compute.server.InstanceSpecs;
import io.virga.control.database.Database;
import io.virga.control.hosts.Host;
import io.virga.control.hosts.Hosts;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.quota.api.QuotaForm;
import io.virga.control.quota.api.QuotaSets;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** What the service says of itself: versions, limits, quotas, zones, hosts. */
public final class InformationRoutes {

  private static final String UPDATED = "2026-11-01T00:00:00Z";
  private static final int MAX_SERVER_META = 128;

  private final Database database;
  private final Hosts hosts;
  private final Quota quota;
  private final URI endpoint;

  InformationRoutes(Database database, Hosts hosts, Quota quota, URI endpoint) {
    this.database = database;
    this.hosts = hosts;
    this.quota = quota;
    this.endpoint = endpoint;
  }

  List<Route> routes() {
    QuotaSets quotas = new QuotaSets(database, quota, QuotaForm.COMPUTE);
    return List.of(
        Route.get("/", Rule.ANYONE, request -> versions()),
        Route.get("/v2.1", Rule.ANYONE, request -> Replies.ok(View.of("version", version()))),
        Route.get("/v2.1/limits", Rule.READER, this::limits),
        Route.get("/v2.1/os-quota-sets/{of}", Rule.READER, quotas::limits),
        Route.get("/v2.1/os-quota-sets/{of}/detail", Rule.READER, quotas::details),
        Route.get("/v2.1/os-quota-sets/{of}/defaults", Rule.READER, quotas::defaults),
        Route.put("/v2.1/os-quota-sets/{of}", Rule.ADMIN, quotas::set),
        Route.get("/v2.1/os-availability-zone", Rule.READER, request -> zones()),
        Route.get("/v2.1/os-availability-zone/detail", Rule.ADMIN, request -> zones()),
        Route.get("/v2.1/os-services", Rule.ADMIN, request -> services()),
        Route.get("/v2.1/os-hypervisors", Rule.ADMIN, request -> hypervisors(false)),
        Route.get("/v2.1/os-hypervisors/detail", Rule.ADMIN, request -> hypervisors(true)),
        Route.get("/v2.1/extensions", Rule.LOGGED_IN, request -> extensions()));
  }

  private Mono<ServerResponse> versions() {
    return Replies.json(HttpStatus.OK, View.of("versions", List.of(version())));
  }

  private View version() {
    return View.of("id", "v2.1")
        .with("status", "CURRENT")
        .with("version", "2." + Microversion.MAX_MINOR)
        .with("min_version", "2." + Microversion.MIN_MINOR)
        .with("updated", UPDATED)
        .with("links", List.of(View.of("rel", "self").with("href", endpoint + "/compute/v2.1/")));
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
            usages -> {
              View absolute =
                  View.of("maxTotalInstances", usages.of(Resource.INSTANCES).limit())
                      .with("maxTotalCores", usages.of(Resource.CORES).limit())
                      .with("maxTotalRAMSize", usages.of(Resource.RAM_MIB).limit())
                      .with("maxTotalKeypairs", usages.of(Resource.KEY_PAIRS).limit())
                      .with("maxServerMeta", MAX_SERVER_META)
                      .with("maxImageMeta", MAX_SERVER_META)
                      .with("maxServerGroups", usages.of(Resource.SERVER_GROUPS).limit())
                      .with("totalInstancesUsed", usages.of(Resource.INSTANCES).used())
                      .with("totalCoresUsed", usages.of(Resource.CORES).used())
                      .with("totalRAMUsed", usages.of(Resource.RAM_MIB).used())
                      .with("totalServerGroupsUsed", usages.of(Resource.SERVER_GROUPS).used());
              return Replies.ok(
                  View.of("limits", View.of("rate", List.of()).with("absolute", absolute)));
            });
  }

  private Mono<ServerResponse> zones() {
    return hosts
        .all(database, Optional.of("compute-agent"))
        .any(Host::connected)
        .flatMap(
            available ->
                Replies.ok(
                    View.of(
                        "availabilityZoneInfo",
                        List.of(
                            View.of("zoneName", InstanceSpecs.ZONE)
                                .with("zoneState", View.of("available", available))
                                .with("hosts", Optional.empty())))));
  }

  private Mono<ServerResponse> services() {
    return hosts
        .all(database, Optional.empty())
        .map(
            host ->
                View.of("id", host.service() + "@" + host.name())
                    .with("binary", host.service())
                    .with("host", host.name())
                    .with("zone", InstanceSpecs.ZONE)
                    .with("status", host.disabled() ? "disabled" : "enabled")
                    .with("disabled_reason", host.disabledReason())
                    .with("state", host.connected() ? "up" : "down")
                    .with("updated_at", host.changedAt()))
        .collectList()
        .flatMap(views -> Replies.ok(View.of("services", views)));
  }

  private Mono<ServerResponse> hypervisors(boolean detailed) {
    return hosts
        .all(database, Optional.of("compute-agent"))
        .map(
            host -> {
              View view =
                  View.of("id", host.name())
                      .with("hypervisor_hostname", host.name())
                      .with("state", host.connected() ? "up" : "down")
                      .with("status", host.disabled() ? "disabled" : "enabled");
              if (detailed) {
                view.with("hypervisor_type", host.details().getOrDefault("virtType", ""))
                    .with("vcpus", host.capacity().vcpus())
                    .with("memory_mb", host.capacity().memoryBytes() >> 20)
                    .with("local_gb", host.capacity().diskBytes() >> 30);
              }
              return view;
            })
        .collectList()
        .flatMap(views -> Replies.ok(View.of("hypervisors", views)));
  }

  private static Mono<ServerResponse> extensions() {
    return Replies.ok(View.of("extensions", List.of()));
  }
}
