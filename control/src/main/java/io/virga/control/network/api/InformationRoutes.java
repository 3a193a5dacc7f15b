package io.virga.control.network.api;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.http.View;
import io.virga.control.policy.Rule;
import io.virga.control.quota.Quota;
import io.virga.control.quota.api.QuotaForm;
import io.virga.control.quota.api.QuotaSets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the service says of itself: versions, extensions, zones, quotas. */
public final class InformationRoutes {

  private static final String FIRST_CHANGE = "2026-11-01T00:00:00-00:00";

  private static final Map<String, String> EXTENSIONS =
      Map.ofEntries(
          Map.entry("address-group", "Address group"),
          Map.entry("address-scope", "Address scope"),
          Map.entry("agent", "agent"),
          Map.entry("allowed-address-pairs", "Allowed Address Pairs"),
          Map.entry("availability_zone", "Availability Zone"),
          Map.entry("binding", "Port Binding"),
          Map.entry("default-subnetpools", "Default Subnetpools"),
          Map.entry("dns-integration", "DNS Integration"),
          Map.entry("dvr", "Distributed Virtual Router"),
          Map.entry("empty-string-filtering", "Empty String Filtering Extension"),
          Map.entry("expose-port-forwarding-in-fip", "Expose Port Forwarding in Floating IP"),
          Map.entry("ext-gw-mode", "Neutron L3 Configurable external gateway mode"),
          Map.entry("external-net", "Neutron external network"),
          Map.entry("extra_dhcp_opt", "Neutron Extra DHCP options"),
          Map.entry("extraroute", "Neutron Extra Route"),
          Map.entry("extraroute-atomic", "Atomically add/remove extra routes"),
          Map.entry("filter-validation", "Filter parameters validation"),
          Map.entry("fip-port-details", "Add port_details to Floating IP"),
          Map.entry("floating-ip-port-forwarding", "Floating IP Port Forwarding"),
          Map.entry(
              "floating-ip-port-forwarding-description", "Floating IP Port Forwarding Description"),
          Map.entry(
              "floating-ip-port-forwarding-port-ranges",
              "Floating IP Port Forwarding support for port ranges"),
          Map.entry("ip-substring-filtering", "IP address substring filtering"),
          Map.entry("l3-ha", "HA Router extension"),
          Map.entry("net-mtu", "Network MTU"),
          Map.entry("net-mtu-writable", "Network MTU (writable)"),
          Map.entry("port-security-groups-filtering", "Port filtering on security groups"),
          Map.entry("network-ip-availability", "Network IP Availability"),
          Map.entry("port-security", "Port Security"),
          Map.entry("project-id", "project_id field enabled"),
          Map.entry("provider", "Provider Network"),
          Map.entry("qos", "Quality of Service"),
          Map.entry("qos-bw-limit-direction", "Direction for QoS bandwidth limit rule"),
          Map.entry("qos-default", "QoS default policy"),
          Map.entry("qos-pps", "QoS packet rate limit rule"),
          Map.entry("quotas", "Quota management support"),
          Map.entry("quota_details", "Quota details management support"),
          Map.entry("rbac-address-group", "Add address_group type to RBAC"),
          Map.entry("rbac-address-scope", "Add address_scope type to RBAC"),
          Map.entry("rbac-policies", "RBAC Policies"),
          Map.entry("rbac-security-groups", "Add security_group type to network RBAC"),
          Map.entry("rbac-subnetpool", "Add subnetpool type to RBAC"),
          Map.entry("revision-if-match", "If-Match constraints based on revision_number"),
          Map.entry("router", "Neutron L3 Router"),
          Map.entry("router_availability_zone", "Router Availability Zone"),
          Map.entry("security-groups-default-rules", "Default rules for security groups"),
          Map.entry(
              "security-groups-remote-address-group",
              "Add remote_address_group_id field to security group rules"),
          Map.entry("stateful-security-group", "Stateful security group"),
          Map.entry("subnet_allocation", "Subnet Allocation"),
          Map.entry("subnetpool-prefix-ops", "Subnet Pool Prefix Operations"),
          Map.entry("security-group", "security-group"),
          Map.entry("sorting", "Sorting support"),
          Map.entry("pagination", "Pagination support"),
          Map.entry("trunk", "Trunks"),
          Map.entry("trunk-details", "Trunk port details"),
          Map.entry("standard-attr-description", "standard-attr-description"),
          Map.entry("standard-attr-tag", "Tag support for resources with standard attribute"),
          Map.entry("standard-attr-revisions", "Resource revision numbers"),
          Map.entry("standard-attr-timestamp", "Resource timestamps"));

  private final QuotaSets quotas;

  public InformationRoutes(Database database, Quota quota) {
    this.quotas = new QuotaSets(database, quota, QuotaForm.NETWORK, QuotaSets.Others.NONE);
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/", Rule.ANYONE, this::versions),
        Route.get("/v2.0", Rule.ANYONE, this::core),
        Route.get("/v2.0/extensions", Rule.LOGGED_IN, this::extensions),
        Route.get("/v2.0/extensions/{alias}", Rule.LOGGED_IN, this::extension),
        Route.get("/v2.0/availability_zones", Rule.LOGGED_IN, this::zones),
        Route.get("/v2.0/quotas/{of}", Rule.READER, quotas::limits),
        Route.get("/v2.0/quotas/{of}/default", Rule.READER, quotas::defaults),
        Route.get("/v2.0/quotas/{of}/details.json", Rule.READER, quotas::details),
        Route.get("/v2.0/quotas", Rule.ADMIN, quotas::all),
        Route.get("/v2.0/quotas/project", Rule.READER, this::ownProject),
        Route.get("/v2.0/quotas/tenant", Rule.READER, this::ownProject),
        Route.get("/v2.0/quotas/{of}/details", Rule.READER, quotas::details),
        Route.delete(
            "/v2.0/quotas/{of}",
            Rule.ADMIN,
            request -> quotas.reset(request, HttpStatus.NO_CONTENT)),
        Route.put("/v2.0/quotas/{of}", Rule.ADMIN, quotas::set));
  }

  private Mono<ServerResponse> versions(ApiRequest request) {
    View version =
        View.of("id", "v2.0")
            .with("status", "CURRENT")
            .with(
                "links",
                List.of(View.of("rel", "self").with("href", request.uri().resolve("v2.0/"))));
    return Replies.ok(View.of("versions", List.of(version)));
  }

  /** The resources that are no extension's. */
  private Mono<ServerResponse> core(ApiRequest request) {
    return Replies.ok(
        View.of(
            "resources",
            Stream.of("network", "port", "subnet", "subnetpool")
                .map(name -> resource(request, name, name + "s"))
                .toList()));
  }

  private static View resource(ApiRequest request, String name, String collection) {
    String path = request.uri().getPath();
    String root = path.endsWith("/") ? path : path + "/";
    return View.of("name", name)
        .with("collection", collection)
        .with(
            "links",
            List.of(View.of("rel", "self").with("href", request.uri().resolve(root + collection))));
  }

  /** Whose quotas a client may ask for that knows its token alone. */
  private Mono<ServerResponse> ownProject(ApiRequest request) {
    return Replies.ok(
        View.of(
            "tenant",
            View.of("tenant_id", request.projectId()).with("project_id", request.projectId())));
  }

  private Mono<ServerResponse> extensions(ApiRequest request) {
    return Listing.reply(
        request,
        "extensions",
        Flux.fromStream(EXTENSIONS.keySet().stream().sorted()).map(InformationRoutes::extension));
  }

  private Mono<ServerResponse> extension(ApiRequest request) {
    String alias = request.path("alias");
    if (!EXTENSIONS.containsKey(alias)) {
      throw ApiFault.notFound("Extension", alias);
    }
    return Replies.ok(View.of("extension", extension(alias)));
  }

  private Mono<ServerResponse> zones(ApiRequest request) {
    return Listing.reply(
        request,
        "availability_zones",
        Flux.just("network", "router")
            .map(
                resource ->
                    View.of("resource", resource).with("name", "nova").with("state", "available")));
  }

  private static View extension(String alias) {
    return View.of("id", alias)
        .with("alias", alias)
        .with("name", EXTENSIONS.getOrDefault(alias, alias))
        .with("description", EXTENSIONS.getOrDefault(alias, alias))
        .with("updated", FIRST_CHANGE)
        .with("links", List.of());
  }
}
