package io.virga.control.network;

import static io.virga.control.network.TenantClient.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.foundation.Foundation;
import io.virga.control.http.ApiService;
import io.virga.control.quota.Resource;
import io.virga.control.testing.TestApi;
import io.virga.control.testing.TestApi.Answer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Routers of Neutron's API over a real database. */
final class RouterServiceTest {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final TestApi API = TestApi.start(RouterServiceTest::services);

  private final TenantClient tenant =
      TenantClient.of(API, UUID.randomUUID().toString(), "member", "reader");
  private final TenantClient other =
      TenantClient.of(API, UUID.randomUUID().toString(), "member", "reader");
  private final TenantClient admin = TenantClient.of(API, "of-admin", "admin", "member", "reader");

  private static List<ApiService> services(TestApi api) {
    Foundation foundation = api.foundation();
    return List.of(
        new NetworkService(foundation.database(), foundation.desired(), foundation.quota()));
  }

  @AfterAll
  static void close() {
    API.close();
  }

  @Test
  void createsShowsListsUpdatesAndDeletesARouter() {
    Answer made = tenant.made("routers", "router", Map.of("name", "r", "admin_state_up", false));
    assertThat(made.at("/router/status")).isEqualTo("ACTIVE");
    assertThat(made.json().at("/router/admin_state_up").asBoolean()).isFalse();
    assertThat(made.json().at("/router/external_gateway_info").isNull()).isTrue();
    assertThat(made.json().at("/router").has("distributed")).isFalse();
    String path = "routers/" + made.at("/router/id");
    assertThat(admin.get(path).json().at("/router/distributed").asBoolean()).isTrue();
    assertThat(tenant.get("routers?name=r").json().at("/routers").size()).isEqualTo(1);
    Answer updated =
        tenant.put(path, Map.of("router", Map.of("name", "x", "admin_state_up", true)));
    assertThat(updated.at("/router/name")).isEqualTo("x");
    assertThat(updated.json().at("/router/revision_number").asLong())
        .isGreaterThan(made.json().at("/router/revision_number").asLong());
    assertThat(tenant.delete(path).status()).isEqualTo(204);
    refused(tenant.get(path), 404, "RouterNotFound");
  }

  @Test
  void aRouterIsItsProjectsAlone() {
    String router = tenant.router();
    String subnet = tenant.subnet("10.0.0.0/24");
    refused(other.get("routers/" + router), 404, "RouterNotFound");
    refused(other.update(router, Map.of("name", "mine")), 404, "RouterNotFound");
    refused(other.delete("routers/" + router), 404, "RouterNotFound");
    refused(other.join(router, other.subnet("10.1.0.0/24")), 404, "RouterNotFound");
    refused(other.join(other.router(), subnet), 404, "SubnetNotFound");
    assertThat(other.ids("routers")).doesNotContain(router);
    String port = tenant.port(tenant.network("n")).at("/port/id");
    refused(
        other.put("routers/" + other.router() + "/add_router_interface", Map.of("port_id", port)),
        404,
        "PortNotFound");
  }

  @Test
  void joinsASubnetByTheAddressOfItsGateway() {
    String network = tenant.network("n");
    String subnet = tenant.subnet(network, "10.0.0.0/24");
    String router = tenant.router();
    Answer joined = tenant.join(router, subnet);
    assertThat(joined.status()).as(joined.text()).isEqualTo(200);
    assertThat(joined.at("/id")).isEqualTo(router);
    assertThat(joined.at("/subnet_id")).isEqualTo(subnet);
    Answer port = tenant.get("ports/" + joined.at("/port_id"));
    assertThat(port.at("/port/device_id")).isEqualTo(router);
    assertThat(port.at("/port/device_owner")).isEqualTo("network:router_interface");
    assertThat(port.at("/port/status")).isEqualTo("ACTIVE");
    assertThat(port.at("/port/fixed_ips/0/ip_address")).isEqualTo("10.0.0.1");
    refused(tenant.delete("ports/" + joined.at("/port_id")), 409, "ServicePortInUse");
    refused(admin.delete("ports/" + joined.at("/port_id")), 409, "ServicePortInUse");
    refused(tenant.delete("routers/" + router), 409, "RouterInUse");
    refused(tenant.delete("subnets/" + subnet), 409, "SubnetInUse");
    refused(
        tenant.put("subnets/" + subnet, Map.of("subnet", nulls("gateway_ip"))),
        409,
        "GatewayIpInUse");
    assertThat(tenant.used("port")).isEqualTo(1);
    Answer left = tenant.leave(router, subnet);
    assertThat(left.at("/port_id")).isEqualTo(joined.at("/port_id"));
    refused(tenant.get("ports/" + joined.at("/port_id")), 404, "PortNotFound");
    refused(tenant.leave(router, subnet), 404, "RouterInterfaceNotFoundForSubnet");
    assertThat(tenant.used("port")).isZero();
    assertThat(tenant.delete("routers/" + router).status()).isEqualTo(204);
    assertThat(tenant.used("router")).isZero();
  }

  @Test
  void joinsByAPortThatIsThere() {
    String network = tenant.network("n");
    String subnet = tenant.subnet(network, "10.0.0.0/24");
    String port = tenant.port(network).at("/port/id");
    String router = tenant.router();
    String path = "routers/" + router + "/";
    Answer joined = tenant.put(path + "add_router_interface", Map.of("port_id", port));
    assertThat(joined.status()).as(joined.text()).isEqualTo(200);
    assertThat(joined.json().at("/subnet_ids/0").asString()).isEqualTo(subnet);
    refused(
        tenant.put("routers/" + tenant.router() + "/add_router_interface", Map.of("port_id", port)),
        409,
        "PortInUse");
    refused(tenant.put("ports/" + port, Map.of("port", Map.of("device_id", ""))), 409, "PortInUse");
    refused(admin.put("ports/" + port, Map.of("port", Map.of("device_id", ""))), 409, "PortInUse");
    Answer moved =
        tenant.put(
            "ports/" + port,
            Map.of("port", Map.of("fixed_ips", List.of(Map.of("subnet_id", subnet)))));
    assertThat(moved.at("/port/fixed_ips/0/subnet_id")).isEqualTo(subnet);
    String second = tenant.subnet(network, "10.0.1.0/24");
    refused(
        tenant.put(
            "ports/" + port,
            Map.of("port", Map.of("fixed_ips", List.of(Map.of("subnet_id", second))))),
        400,
        "BadRequest");
    Map<String, String> mismatch = Map.of("port_id", port, "subnet_id", second);
    refused(tenant.put(path + "remove_router_interface", mismatch), 400, "SubnetMismatchForPort");
    Answer left = tenant.put(path + "remove_router_interface", Map.of("port_id", port));
    assertThat(left.status()).as(left.text()).isEqualTo(200);
    refused(tenant.get("ports/" + port), 404, "PortNotFound");
  }

  @Test
  void refusesSubnetsThatOverlapAndAGatewayAddressThatIsTaken() {
    String router = tenant.router();
    String subnet = tenant.subnet("10.0.0.0/24");
    tenant.joined(router, subnet);
    refused(tenant.join(router, subnet), 400, "BadRequest");
    refused(tenant.join(router, tenant.subnet("10.0.0.128/25")), 400, "BadRequest");
    String second = tenant.router();
    refused(tenant.join(second, subnet), 409, "IpAddressAlreadyAllocated");
    String network = tenant.network("n");
    Map<String, Object> noGateway = nulls("gateway_ip");
    noGateway.putAll(Map.of("network_id", network, "cidr", "10.5.0.0/24", "ip_version", 4));
    String lonely = tenant.made("subnets", "subnet", noGateway).at("/subnet/id");
    refused(tenant.join(second, lonely), 400, "BadRequest");
    assertThat(tenant.used("port")).isEqualTo(1);
  }

  @Test
  void onlyItsOwnerMakesTheGatewayOfASharedNetwork() {
    String network = tenant.network("shared");
    String subnet = tenant.subnet(network, "10.0.0.0/24");
    admin.put("networks/" + network, Map.of("network", Map.of("shared", true)));
    refused(other.join(other.router(), subnet), 400, "BadRequest");
    String port = other.port(network).at("/port/id");
    Answer joined =
        other.put("routers/" + other.router() + "/add_router_interface", Map.of("port_id", port));
    assertThat(joined.status()).as(joined.text()).isEqualTo(200);
  }

  @Test
  void setsChangesAndClearsAGateway() {
    String external = admin.externalNetwork("198.51.100.0/24");
    String router = tenant.router();
    Answer set = tenant.update(router, gateway(external));
    assertThat(set.at("/router/external_gateway_info/network_id")).isEqualTo(external);
    assertThat(set.json().at("/router/external_gateway_info/enable_snat").asBoolean()).isTrue();
    String address = set.at("/router/external_gateway_info/external_fixed_ips/0/ip_address");
    assertThat(address).isEqualTo("198.51.100.2");
    Answer ports = admin.get("ports?device_id=" + router);
    assertThat(ports.at("/ports/0/device_owner")).isEqualTo("network:router_gateway");
    assertThat(ports.at("/ports/0/project_id")).isEmpty();
    assertThat(tenant.get("ports?device_id=" + router).json().at("/ports").size()).isZero();
    refused(admin.delete("ports/" + ports.at("/ports/0/id")), 409, "ServicePortInUse");
    refused(admin.delete("networks/" + external), 409, "NetworkInUse");
    Answer noSnat =
        admin.update(
            router,
            Map.of("external_gateway_info", Map.of("network_id", external, "enable_snat", false)));
    assertThat(noSnat.json().at("/router/external_gateway_info/enable_snat").asBoolean()).isFalse();
    assertThat(noSnat.at("/router/external_gateway_info/external_fixed_ips/0/ip_address"))
        .isEqualTo(address);
    Answer cleared = tenant.update(router, Map.of("external_gateway_info", Map.of()));
    assertThat(cleared.json().at("/router/external_gateway_info").isNull()).isTrue();
    assertThat(admin.get("ports?device_id=" + router).json().at("/ports").size()).isZero();
    assertThat(tenant.used("port")).isZero();
  }

  @Test
  void givesAGatewayTheAddressThatAnAdministratorAsksFor() {
    String external = admin.externalNetwork("198.51.100.0/24");
    Map<String, Object> info =
        Map.of(
            "network_id",
            external,
            "external_fixed_ips",
            List.of(Map.of("ip_address", "198.51.100.77")));
    refused(
        tenant.post("routers", "router", Map.of("external_gateway_info", info)),
        403,
        "PolicyNotAuthorized");
    Answer made = admin.made("routers", "router", Map.of("external_gateway_info", info));
    assertThat(made.at("/router/external_gateway_info/external_fixed_ips/0/ip_address"))
        .isEqualTo("198.51.100.77");
    refused(
        admin.post("routers", "router", Map.of("external_gateway_info", info)),
        409,
        "IpAddressAlreadyAllocated");
  }

  @Test
  void leadsToExternalNetworksAlone() {
    String router = tenant.router();
    String inside = tenant.network("n");
    refused(tenant.update(router, gateway(inside)), 400, "BadRequest");
    refused(tenant.update(router, gateway(router)), 404, "NetworkNotFound");
    refused(tenant.update(router, gateway(other.network("n"))), 404, "NetworkNotFound");
    String external = admin.externalNetwork("198.51.100.0/24");
    tenant.joined(router, tenant.subnet("198.51.100.0/25"));
    refused(tenant.update(router, gateway(external)), 400, "BadRequest");
  }

  @Test
  void keepsStaticRoutesThatLeadToItsNeighbours() {
    String router = tenant.router();
    String subnet = tenant.subnet("10.0.0.0/24");
    tenant.joined(router, subnet);
    Answer set = tenant.update(router, routes("10.0.0.5"));
    assertThat(set.at("/router/routes/0/nexthop")).isEqualTo("10.0.0.5");
    refused(tenant.update(router, routes("10.9.0.5")), 400, "InvalidRoutes");
    refused(tenant.update(router, routes("10.0.0.1")), 400, "InvalidRoutes");
    refused(tenant.leave(router, subnet), 409, "RouterInterfaceInUseByRoute");
    String path = "routers/" + router + "/";
    Answer more = tenant.put(path + "add_extraroutes", Map.of("router", routes("10.0.0.6")));
    assertThat(more.json().at("/router/routes").size()).isEqualTo(2);
    Answer same = tenant.put(path + "add_extraroutes", Map.of("router", routes("10.0.0.6")));
    assertThat(same.json().at("/router/routes").size()).isEqualTo(2);
    Answer less = tenant.put(path + "remove_extraroutes", Map.of("router", routes("10.0.0.5")));
    assertThat(less.json().at("/router/routes").size()).isEqualTo(1);
    assertThat(less.at("/router/routes/0/nexthop")).isEqualTo("10.0.0.6");
    Answer none = tenant.update(router, nulls("routes"));
    assertThat(none.json().at("/router/routes").size()).isZero();
    assertThat(tenant.leave(router, subnet).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"distributed", "ha"})
  void onlyAnAdministratorSaysHowARouterIsMade(String flag) {
    refused(tenant.post("routers", "router", Map.of(flag, true)), 403, "PolicyNotAuthorized");
    Answer made = admin.made("routers", "router", Map.of(flag, false));
    assertThat(made.json().at("/router/" + flag).asBoolean()).isFalse();
    Answer changed = admin.update(made.at("/router/id"), Map.of(flag, true));
    assertThat(changed.json().at("/router/" + flag).asBoolean()).isTrue();
  }

  @Test
  void refusesRoutersOverQuotaAndZonesThatAreNot() {
    refused(
        tenant.post("routers", "router", Map.of("availability_zone_hints", List.of("mars"))),
        404,
        "AvailabilityZoneNotFound");
    API.database()
        .inTransaction(
            tx -> API.foundation().quota().limit(tx, tenant.project(), Resource.ROUTERS, 1))
        .block(SOON);
    String router = tenant.router();
    refused(tenant.post("routers", "router", Map.of("name", "second")), 409, "OverQuota");
    tenant.delete("routers/" + router);
    tenant.router();
  }

  @Test
  void aRefusedGatewayLeavesNoRouterBehind() {
    refused(tenant.post("routers", "router", gateway(tenant.network("n"))), 400, "BadRequest");
    assertThat(tenant.ids("routers")).isEmpty();
    assertThat(tenant.used("router")).isZero();
  }

  private static Map<String, Object> gateway(String network) {
    return Map.of("external_gateway_info", Map.of("network_id", network));
  }

  private static Map<String, Object> routes(String nexthop) {
    return Map.of("routes", List.of(Map.of("destination", "10.8.0.0/16", "nexthop", nexthop)));
  }

  private static Map<String, Object> nulls(String name) {
    Map<String, Object> members = new HashMap<>();
    members.put(name, null);
    return members;
  }
}
