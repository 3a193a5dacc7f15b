package io.virga.control.network;

import static io.virga.control.network.TenantClient.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi;
import io.virga.control.testing.TestApi.Answer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** RBAC policies, and address groups with the rules that speak of them. */
final class SharingTest {

  private static final TestApi API = TenantClient.start();

  private final TenantClient tenant = TenantClient.tenant(API);
  private final TenantClient other = TenantClient.tenant(API);
  private final TenantClient third = TenantClient.tenant(API);
  private final TenantClient admin = TenantClient.administrator(API);

  @AfterAll
  static void close() {
    API.close();
  }

  @Test
  void aPolicyIsItsMakersAndNotItsTargets() {
    String group = addressGroup(tenant);
    Answer made = policy(tenant, "address_group", group, other.project());
    String id = made.at("/rbac_policy/id");
    assertThat(made.at("/rbac_policy/target_tenant")).isEqualTo(other.project());
    assertThat(made.at("/rbac_policy/project_id")).isEqualTo(tenant.project());
    assertThat(other.get("rbac-policies/" + id).status()).isEqualTo(404);
    assertThat(other.get("rbac-policies").json().at("/rbac_policies").size()).isZero();
    assertThat(tenant.get("rbac-policies?fields=id&fields=action").json().at("/rbac_policies/0"))
        .hasSize(2);
    refused(policy(tenant, "address_group", group, other.project()), 409, "DuplicateRbacPolicy");
    Answer moved =
        tenant.put(
            "rbac-policies/" + id, Map.of("rbac_policy", Map.of("target_tenant", third.project())));
    assertThat(moved.at("/rbac_policy/target_tenant")).isEqualTo(third.project());
    assertThat(other.get("address-groups/" + group).status()).isEqualTo(404);
    assertThat(third.get("address-groups/" + group).status()).isEqualTo(200);
    assertThat(third.put("address-groups/" + group, named("x")).status()).isEqualTo(404);
    assertThat(third.delete("address-groups/" + group).status()).isEqualTo(404);
  }

  @Test
  void nobodyOpensWhatIsAnothersOrOpensToEveryone() {
    String group = addressGroup(tenant);
    assertThat(policy(other, "address_group", group, third.project()).status()).isEqualTo(404);
    assertThat(policy(tenant, "address_group", group, "*").status()).isEqualTo(403);
    assertThat(policy(admin, "address_group", group, "*").status()).isEqualTo(201);
    assertThat(other.get("address-groups/" + group).status()).isEqualTo(200);
    assertThat(
            policy(tenant, "address_group", UUID.randomUUID().toString(), other.project()).status())
        .isEqualTo(404);
    assertThat(policy(tenant, "nonsense", group, other.project()).status()).isEqualTo(400);
    Map<String, Object> external = new HashMap<>(body("address_group", group, other.project()));
    external.put("action", "access_as_external");
    assertThat(tenant.post("rbac-policies", "rbac_policy", external).status()).isEqualTo(400);
    assertThat(policy(tenant, "address_group", group, "1234".repeat(100)).status()).isEqualTo(400);
  }

  @Test
  void aSecurityGroupThatIsSharedIsUsedAndNotChanged() {
    String group = tenant.make("security-groups", "security_group", Map.of("name", "web"));
    String network = other.network("n");
    Map<String, Object> port = Map.of("network_id", network, "security_groups", List.of(group));
    assertThat(other.post("ports", "port", port).status()).isEqualTo(404);
    String policy = policy(tenant, "security_group", group, other.project()).at("/rbac_policy/id");
    String made = other.make("ports", "port", port);
    Map<String, Object> rule = Map.of("security_group_id", group, "direction", "ingress");
    assertThat(other.post("security-group-rules", "security_group_rule", rule).status())
        .isEqualTo(404);
    refused(tenant.delete("rbac-policies/" + policy), 409, "RbacPolicyInUse");
    other.delete("ports/" + made);
    assertThat(tenant.delete("rbac-policies/" + policy).status()).isEqualTo(204);
    assertThat(other.get("security-groups/" + group).status()).isEqualTo(404);
  }

  @Test
  void anAddressGroupHasEachBlockOnceInCanonicalForm() {
    String group =
        tenant.make(
            "address-groups",
            "address_group",
            Map.of("addresses", List.of("192.168.0.10/24", "10.10.10.3/32", "2001:db8::f00/64")));
    Answer more = edit(group, "add_addresses", "10.20.30.40/32");
    assertThat(more.status()).as(more.text()).isEqualTo(200);
    assertThat(addresses(more))
        .containsExactly("10.10.10.3/32", "10.20.30.40/32", "192.168.0.0/24", "2001:db8::/64");
    assertThat(addresses(edit(group, "remove_addresses", "10.10.10.3/32"))).hasSize(3);
    assertThat(edit(group, "remove_addresses", "10.200.200.200").status()).isEqualTo(404);
    assertThat(edit(group, "remove_addresses", "this is bad").status()).isEqualTo(400);
    assertThat(edit(group, "add_addresses", "10.20.30.40").status()).isEqualTo(400);
    assertThat(edit(group, "add_addresses", "10.20.30.999/32").status()).isEqualTo(400);
  }

  @Test
  void aRuleSpeaksOfAnAddressGroupThatItsMakerSees() {
    String addresses = addressGroup(tenant);
    String group = tenant.make("security-groups", "security_group", Map.of("name", "web"));
    Map<String, Object> rule = new HashMap<>();
    rule.put("security_group_id", group);
    rule.put("direction", "ingress");
    rule.put("remote_address_group_id", addresses);
    Answer made = tenant.made("security-group-rules", "security_group_rule", rule);
    assertThat(made.at("/security_group_rule/remote_address_group_id")).isEqualTo(addresses);
    refused(
        tenant.post("security-group-rules", "security_group_rule", rule),
        409,
        "SecurityGroupRuleExists");
    refused(tenant.delete("address-groups/" + addresses), 409, "AddressGroupInUse");
    rule.put("remote_ip_prefix", "10.0.0.0/8");
    assertThat(tenant.post("security-group-rules", "security_group_rule", rule).status())
        .isEqualTo(400);
    rule.remove("remote_ip_prefix");
    rule.put(
        "security_group_id",
        other.make("security-groups", "security_group", Map.of("name", "web")));
    assertThat(other.post("security-group-rules", "security_group_rule", rule).status())
        .isEqualTo(404);
  }

  @Test
  void aNetworkIsOpenedToOneProjectAndItsPortsKeepItSo() {
    String network = tenant.network("n");
    String subnet = tenant.subnet(network, "10.0.0.0/24");
    assertThat(other.get("networks/" + network).status()).isEqualTo(404);
    String policy = policy(tenant, "network", network, other.project()).at("/rbac_policy/id");
    assertThat(other.get("networks/" + network).json().at("/network/shared").asBoolean()).isTrue();
    assertThat(tenant.get("networks/" + network).json().at("/network/shared").asBoolean())
        .isFalse();
    assertThat(other.get("subnets/" + subnet).status()).isEqualTo(200);
    assertThat(third.get("networks/" + network).status()).isEqualTo(404);
    assertThat(third.get("subnets/" + subnet).status()).isEqualTo(404);
    assertThat(other.get("networks?shared=True").json().at("/networks").findValuesAsString("id"))
        .contains(network);
    assertThat(other.get("networks?shared=False").json().at("/networks").size()).isZero();
    String port = other.port(network).at("/port/id");
    assertThat(third.get("ports/" + port).status()).isEqualTo(404);
    refused(tenant.delete("rbac-policies/" + policy), 409, "RbacPolicyInUse");
    assertThat(tenant.put("ports/" + port, Map.of("port", Map.of("name", "x"))).status())
        .isEqualTo(404);
    assertThat(
            tenant
                .put(
                    "routers/" + tenant.router() + "/add_router_interface", Map.of("port_id", port))
                .status())
        .as("what is seen is not for use")
        .isEqualTo(404);
    assertThat(tenant.delete("ports/" + port).status())
        .as("the owner of a network may take others' ports away")
        .isEqualTo(204);
    assertThat(tenant.delete("rbac-policies/" + policy).status()).isEqualTo(204);
    assertThat(other.get("networks/" + network).status()).isEqualTo(404);
  }

  @Test
  void whatIsSharedWithEveryoneIsUnsharedOnlyUnused() {
    String network = admin.make("networks", "network", Map.of("name", "all", "shared", true));
    assertThat(third.get("networks/" + network).status()).isEqualTo(200);
    String port = other.port(network).at("/port/id");
    Map<String, Object> closed = Map.of("network", Map.of("shared", false));
    refused(admin.put("networks/" + network, closed), 409, "InvalidSharedSetting");
    other.delete("ports/" + port);
    assertThat(admin.put("networks/" + network, closed).status()).isEqualTo(200);
    assertThat(third.get("networks/" + network).status()).isEqualTo(404);
  }

  @Test
  void anExternalNetworkIsOpenedToEveryoneOrToSomeAlone() {
    String network =
        admin.make("networks", "network", Map.of("name", "out", "router:external", true));
    assertThat(other.get("networks/" + network).status()).isEqualTo(200);
    String everyone =
        admin
            .get("rbac-policies?object_id=" + network + "&action=access_as_external")
            .at("/rbac_policies/0/id");
    assertThat(admin.delete("rbac-policies/" + everyone).status()).isEqualTo(204);
    assertThat(other.get("networks/" + network).status()).isEqualTo(404);
    Map<String, Object> some = new HashMap<>(body("network", network, other.project()));
    some.put("action", "access_as_external");
    assertThat(admin.post("rbac-policies", "rbac_policy", some).status()).isEqualTo(201);
    assertThat(other.get("networks/" + network).status()).isEqualTo(200);
    assertThat(third.get("networks/" + network).status()).isEqualTo(404);
    some.put("object_id", admin.network("inside"));
    assertThat(admin.post("rbac-policies", "rbac_policy", some).status()).isEqualTo(400);
  }

  @Test
  void whatIsExternalStaysSoForWhoLeadsARouterThere() {
    String network =
        admin.make("networks", "network", Map.of("name", "out", "router:external", true));
    admin.subnet(network, "198.51.100.0/24");
    String router =
        other.make(
            "routers",
            "router",
            Map.of("name", "r", "external_gateway_info", Map.of("network_id", network)));
    String everyone =
        admin
            .get("rbac-policies?object_id=" + network + "&action=access_as_external")
            .at("/rbac_policies/0/id");
    refused(admin.delete("rbac-policies/" + everyone), 409, "RbacPolicyInUse");
    Map<String, Object> some = new HashMap<>(body("network", network, other.project()));
    some.put("action", "access_as_external");
    String policy = admin.post("rbac-policies", "rbac_policy", some).at("/rbac_policy/id");
    assertThat(admin.delete("rbac-policies/" + everyone).status()).isEqualTo(204);
    refused(admin.delete("rbac-policies/" + policy), 409, "RbacPolicyInUse");
    assertThat(other.delete("routers/" + router).status()).isEqualTo(204);
    assertThat(admin.delete("rbac-policies/" + policy).status()).isEqualTo(204);
  }

  @Test
  void everyPolicyCountsHoweverItComesAndGoes() {
    String network =
        admin.make(
            "networks", "network", Map.of("name", "n", "shared", true, "router:external", true));
    String group = addressGroup(tenant);
    policy(tenant, "address_group", group, other.project());
    policy(admin, "address_group", group, "*");
    assertThat(admin.used("rbac_policy")).isEqualTo(3);
    assertThat(tenant.used("rbac_policy")).isEqualTo(1);
    admin.put("networks/" + network, Map.of("network", Map.of("shared", false)));
    assertThat(admin.used("rbac_policy")).isEqualTo(2);
    admin.put("networks/" + network, Map.of("network", Map.of("shared", true)));
    assertThat(admin.used("rbac_policy")).isEqualTo(3);
    admin.delete("networks/" + network);
    assertThat(admin.used("rbac_policy")).isEqualTo(1);
    tenant.delete("address-groups/" + group);
    assertThat(admin.used("rbac_policy")).isZero();
    assertThat(tenant.used("rbac_policy")).isZero();
  }

  @Test
  void scopesAndGroupsHaveAQuota() {
    Map<String, Object> one = Map.of("address_group", 1, "address_scope", 1);
    admin.put("quotas/" + tenant.project(), Map.of("quota", one));
    String group = addressGroup(tenant);
    Map<String, Object> scope = Map.of("name", "s", "ip_version", 4);
    String made = tenant.make("address-scopes", "address_scope", scope);
    assertThat(tenant.post("address-groups", "address_group", Map.of("name", "b")).status())
        .isEqualTo(409);
    assertThat(tenant.post("address-scopes", "address_scope", scope).status()).isEqualTo(409);
    tenant.delete("address-groups/" + group);
    tenant.delete("address-scopes/" + made);
    assertThat(tenant.used("address_group")).isZero();
    addressGroup(tenant);
    tenant.make("address-scopes", "address_scope", scope);
  }

  private static String addressGroup(TenantClient of) {
    return of.make(
        "address-groups", "address_group", Map.of("name", "a", "addresses", List.of("10.0.0.0/8")));
  }

  private Answer edit(String group, String action, String address) {
    return tenant.put(
        "address-groups/" + group + "/" + action, Map.of("addresses", List.of(address)));
  }

  private static List<String> addresses(Answer answer) {
    return answer
        .json()
        .at("/address_group/addresses")
        .valueStream()
        .map(n -> n.asString())
        .toList();
  }

  private static Map<String, Object> named(String name) {
    return Map.of("address_group", Map.of("name", name));
  }

  private static Answer policy(TenantClient by, String type, String id, String target) {
    return by.post("rbac-policies", "rbac_policy", body(type, id, target));
  }

  private static Map<String, Object> body(String type, String id, String target) {
    return Map.of(
        "object_type", type,
        "object_id", id,
        "action", "access_as_shared",
        "target_tenant", target);
  }
}
