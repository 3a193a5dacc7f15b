package io.virga.control.network;

import static io.virga.control.network.TenantClient.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi;
import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.PortQos;
import io.virga.dataplane.desired.PortSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** QoS policies, and what hosts are told of them; what else a port says to its host. */
final class QosTest {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final TestApi API = TenantClient.start();

  private final TenantClient tenant = TenantClient.tenant(API);
  private final TenantClient admin = TenantClient.administrator(API);
  private final String host = "host-" + UUID.randomUUID();

  @AfterAll
  static void close() {
    API.close();
  }

  @Test
  void aPolicyShowsItsRulesAndEachOnce() {
    String policy = policy(false);
    Answer rule = rule(policy, "bandwidth_limit_rule", Map.of("max_kbps", 1000));
    assertThat(rule.status()).as(rule.text()).isEqualTo(201);
    assertThat(rule.at("/bandwidth_limit_rule/direction")).isEqualTo("egress");
    assertThat(rule.json().at("/bandwidth_limit_rule/max_burst_kbps").asLong()).isZero();
    refused(rule(policy, "bandwidth_limit_rule", Map.of("max_kbps", 9)), 409, "QoSRulesConflict");
    Map<String, Object> ingress = Map.of("max_kbps", 2000, "direction", "ingress");
    assertThat(rule(policy, "bandwidth_limit_rule", ingress).status()).isEqualTo(201);
    assertThat(rule(policy, "dscp_marking_rule", Map.of("dscp_mark", 26)).status()).isEqualTo(201);
    Answer shown = admin.get("qos/policies/" + policy);
    assertThat(shown.json().at("/policy/rules").findValuesAsString("type"))
        .containsExactly("bandwidth_limit", "bandwidth_limit", "dscp_marking");
    String path =
        "qos/policies/" + policy + "/bandwidth_limit_rules/" + rule.at("/bandwidth_limit_rule/id");
    Answer changed = admin.put(path, Map.of("bandwidth_limit_rule", Map.of("max_burst_kbps", 300)));
    assertThat(changed.json().at("/bandwidth_limit_rule/max_kbps").asLong()).isEqualTo(1000);
    assertThat(changed.json().at("/bandwidth_limit_rule/max_burst_kbps").asLong()).isEqualTo(300);
    assertThat(admin.delete(path).status()).isEqualTo(204);
    assertThat(admin.get(path).status()).isEqualTo(404);
    assertThat(tenant.get("qos/rule-types").json().at("/rule_types").findValuesAsString("type"))
        .containsExactly("bandwidth_limit", "packet_rate_limit", "dscp_marking");
    String second = tenant.get("qos/rule-types?limit=1").at("/rule_types_links/0/href");
    assertThat(second).as("a list without ids has pages, too").endsWith("marker=bandwidth_limit");
    assertThat(
            tenant
                .get("qos/rule-types?limit=1&marker=bandwidth_limit")
                .json()
                .at("/rule_types")
                .findValuesAsString("type"))
        .containsExactly("packet_rate_limit");
  }

  @Test
  void refusesRulesThatAreNone() {
    String policy = policy(false);
    assertThat(rule(policy, "bandwidth_limit_rule", Map.of()).status()).isEqualTo(400);
    assertThat(rule(policy, "bandwidth_limit_rule", Map.of("max_kbps", 0)).status()).isEqualTo(400);
    assertThat(rule(policy, "dscp_marking_rule", Map.of("dscp_mark", 7)).status()).isEqualTo(400);
    assertThat(
            rule(policy, "packet_rate_limit_rule", Map.of("max_kpps", 1, "direction", "up"))
                .status())
        .isEqualTo(400);
  }

  @Test
  void policiesAreAnAdministratorsToMakeAndOthersToUseWhereTheyAreShared() {
    assertThat(tenant.post("qos/policies", "policy", Map.of("name", "p")).status()).isEqualTo(403);
    String own = policy(false);
    assertThat(tenant.get("qos/policies/" + own).status()).isEqualTo(404);
    assertThat(tenant.post("networks", "network", Map.of("qos_policy_id", own)).status())
        .isEqualTo(404);
    String shared = policy(true);
    String network = tenant.make("networks", "network", Map.of("qos_policy_id", shared));
    assertThat(tenant.get("networks?qos_policy_id=" + shared).json().at("/networks").size())
        .isEqualTo(1);
    Answer port = tenant.port(network);
    assertThat(port.at("/port/qos_network_policy_id")).isEqualTo(shared);
    assertThat(port.json().at("/port/qos_policy_id").isNull()).isTrue();
    refused(admin.delete("qos/policies/" + shared), 409, "QosPolicyInUse");
    assertThat(
            tenant
                .put("ports/" + port.at("/port/id"), Map.of("port", Map.of("qos_policy_id", own)))
                .status())
        .isEqualTo(404);
  }

  @Test
  void newNetworksTakeTheirProjectsDefaultPolicy() {
    Map<String, Object> wanted =
        Map.of("name", "default", "is_default", true, "project_id", tenant.project());
    String policy = admin.make("qos/policies", "policy", wanted);
    refused(admin.post("qos/policies", "policy", wanted), 409, "QosPolicyDefaultAlreadyExists");
    assertThat(tenant.post("networks", "network", Map.of()).at("/network/qos_policy_id"))
        .isEqualTo(policy);
    Map<String, Object> none = new HashMap<>();
    none.put("qos_policy_id", null);
    assertThat(
            tenant.post("networks", "network", none).json().at("/network/qos_policy_id").isNull())
        .isTrue();
    assertThat(admin.get("qos/policies?is_default=true").text()).contains(policy);
    admin.put("qos/policies/" + policy, Map.of("policy", Map.of("is_default", false)));
    assertThat(
            tenant
                .post("networks", "network", Map.of())
                .json()
                .at("/network/qos_policy_id")
                .isNull())
        .isTrue();
  }

  @Test
  void aLimitThatATenantDoesNotSeeStays() {
    String limit = policy(false);
    String network = tenant.network("n");
    String port = tenant.port(network).at("/port/id");
    for (String path : List.of("ports/" + port, "networks/" + network)) {
      String thing = path.substring(0, path.indexOf('/') - 1);
      admin.put(path, Map.of(thing, Map.of("qos_policy_id", limit)));
      Map<String, Object> none = new HashMap<>();
      none.put("qos_policy_id", null);
      assertThat(tenant.put(path, Map.of(thing, none)).status()).isEqualTo(404);
      assertThat(tenant.put(path, Map.of(thing, Map.of("name", "other"))).status()).isEqualTo(200);
      assertThat(admin.get(path).at("/" + thing + "/qos_policy_id")).isEqualTo(limit);
    }
  }

  @Test
  void aPolicyThatOthersUseStaysShared() {
    String policy = policy(true);
    tenant.make("networks", "network", Map.of("qos_policy_id", policy));
    Map<String, Object> unshared = Map.of("policy", Map.of("shared", false));
    refused(admin.put("qos/policies/" + policy, unshared), 409, "QosPolicyInUse");
  }

  @Test
  void aHostIsToldWhatItsPortsMayDoAndOfEachChange() {
    String policy = policy(true);
    String network = tenant.network("n");
    tenant.subnet(network, "10.0.0.0/24");
    String port = bound(network);
    assertThat(told(port).qos()).isEmpty();
    tenant.put("networks/" + network, Map.of("network", Map.of("qos_policy_id", policy)));
    String rule =
        rule(policy, "bandwidth_limit_rule", Map.of("max_kbps", 1000, "max_burst_kbps", 80))
            .at("/bandwidth_limit_rule/id");
    rule(policy, "dscp_marking_rule", Map.of("dscp_mark", 26));
    rule(policy, "packet_rate_limit_rule", Map.of("max_kpps", 5, "direction", "ingress"));
    PortQos expected =
        new PortQos(
            Optional.of(new PortQos.Bandwidth(1000, 80)),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new PortQos.PacketRate(5, 0)),
            Optional.of(26));
    assertThat(told(port).qos()).contains(expected);
    String own = policy(true);
    rule(own, "dscp_marking_rule", Map.of("dscp_mark", 10));
    tenant.put("ports/" + port, Map.of("port", Map.of("qos_policy_id", own)));
    assertThat(told(port).qos().flatMap(PortQos::dscp)).contains(10);
    Map<String, Object> none = new HashMap<>();
    none.put("qos_policy_id", null);
    tenant.put("ports/" + port, Map.of("port", none));
    admin.delete("qos/policies/" + policy + "/bandwidth_limit_rules/" + rule);
    assertThat(told(port).qos().flatMap(PortQos::egressBandwidth)).isEmpty();
    assertThat(told(port).qos().flatMap(PortQos::dscp)).contains(26);
  }

  @Test
  void aHostIsToldTheDhcpOptionsOfAPort() {
    String network = tenant.network("n");
    tenant.subnet(network, "10.0.0.0/24");
    String port = bound(network);
    Map<String, Object> boot = Map.of("opt_name", "bootfile-name", "opt_value", "pxelinux.0");
    Map<String, Object> server = Map.of("opt_name", "tftp-server", "opt_value", "10.0.0.9");
    Answer set =
        tenant.put(
            "ports/" + port, Map.of("port", Map.of("extra_dhcp_opts", List.of(boot, server))));
    assertThat(set.at("/port/extra_dhcp_opts/0/opt_value")).isEqualTo("pxelinux.0");
    assertThat(told(port).dhcpOptions())
        .containsExactly(
            new PortSpec.DhcpOption(4, "bootfile-name", "pxelinux.0"),
            new PortSpec.DhcpOption(4, "tftp-server", "10.0.0.9"));
    Map<String, Object> gone = new HashMap<>();
    gone.put("opt_name", "bootfile-name");
    gone.put("opt_value", null);
    tenant.put("ports/" + port, Map.of("port", Map.of("extra_dhcp_opts", List.of(gone))));
    assertThat(told(port).dhcpOptions())
        .containsExactly(new PortSpec.DhcpOption(4, "tftp-server", "10.0.0.9"));
    Map<String, Object> bad = Map.of("opt_name", "no such\nname", "opt_value", "x");
    assertThat(
            tenant
                .put("ports/" + port, Map.of("port", Map.of("extra_dhcp_opts", List.of(bad))))
                .status())
        .isEqualTo(400);
  }

  @Test
  void aPortHasANameInTheDomainOfItsNetwork() {
    String network =
        tenant.make("networks", "network", Map.of("name", "n", "dns_domain", "cloud.test."));
    tenant.subnet(network, "10.0.0.0/24");
    Answer port = tenant.made("ports", "port", Map.of("network_id", network, "dns_name", "www"));
    assertThat(port.at("/port/dns_assignment/0/fqdn")).isEqualTo("www.cloud.test.");
    assertThat(tenant.port(network).at("/port/dns_assignment/0/fqdn"))
        .isEqualTo("host-10-0-0-3.cloud.test.");
    assertThat(tenant.post("networks", "network", Map.of("dns_domain", "cloud.test")).status())
        .isEqualTo(400);
    assertThat(
            tenant
                .post("ports", "port", Map.of("network_id", network, "dns_name", "-bad-"))
                .status())
        .isEqualTo(400);
  }

  @Test
  void countsTheAddressesOfANetwork() {
    String network = tenant.network("n");
    String path = "network-ip-availabilities/" + network;
    assertThat(admin.get(path).json().at("/network_ip_availability/total_ips").asLong()).isZero();
    tenant.subnet(network, "10.0.0.0/28");
    tenant.port(network);
    Answer counted = admin.get(path);
    assertThat(counted.json().at("/network_ip_availability/total_ips").asLong()).isEqualTo(13);
    assertThat(counted.json().at("/network_ip_availability/used_ips").asLong()).isEqualTo(1);
    assertThat(
            admin
                .get("network-ip-availabilities?network_id=" + network)
                .json()
                .at("/network_ip_availabilities")
                .size())
        .isEqualTo(1);
    assertThat(tenant.get(path).status()).isEqualTo(403);
  }

  @Test
  void anAdministratorSeesEveryNetworkAgentAndForgetsThoseThatAreGone() {
    API.database()
        .sql(
            """
            INSERT INTO host (service, name, connected_to, connected_since)
            VALUES ('netagent', :alive, 'test', now()), ('netagent', :gone, NULL, NULL)
            """)
        .bind("alive", host)
        .bind("gone", host + "-gone")
        .execute()
        .block(SOON);
    String alive = admin.get("agents?host=" + host).at("/agents/0/id");
    String gone = admin.get("agents?host=" + host + "-gone").at("/agents/0/id");
    assertThat(admin.get("agents/" + alive).json().at("/agent/alive").asBoolean()).isTrue();
    assertThat(admin.get("agents/" + gone).json().at("/agent/alive").asBoolean()).isFalse();
    Answer down = admin.put("agents/" + alive, Map.of("agent", Map.of("admin_state_up", false)));
    assertThat(down.json().at("/agent/admin_state_up").asBoolean()).isFalse();
    refused(admin.delete("agents/" + alive), 409, "AgentInUse");
    assertThat(admin.delete("agents/" + gone).status()).isEqualTo(204);
    assertThat(admin.get("agents/" + gone).status()).isEqualTo(404);
    assertThat(tenant.get("agents").json().path("agents")).isEmpty();
  }

  @Test
  void quotasThatWereSetAreListedAndSetBack() {
    String path = "quotas/" + tenant.project();
    assertThat(admin.put(path, Map.of("quota", Map.of("network", 3, "rbac_policy", 4))).status())
        .isEqualTo(200);
    assertThat(tenant.get(path).json().at("/quota/network").asLong()).isEqualTo(3);
    assertThat(admin.get("quotas").json().at("/quotas").findValuesAsString("project_id"))
        .contains(tenant.project());
    assertThat(tenant.delete(path).status()).isEqualTo(403);
    assertThat(admin.delete(path).status()).isEqualTo(204);
    assertThat(tenant.get(path).json().at("/quota/network").asLong()).isEqualTo(100);
    assertThat(tenant.get("quotas/project").at("/tenant/project_id")).isEqualTo(tenant.project());
  }

  private String policy(boolean shared) {
    return admin.make("qos/policies", "policy", Map.of("name", "p", "shared", shared));
  }

  private Answer rule(String policy, String thing, Map<String, Object> members) {
    return admin.post("qos/policies/" + policy + "/" + thing + "s", thing, members);
  }

  private String bound(String network) {
    String port = tenant.port(network).at("/port/id");
    admin.put("ports/" + port, Map.of("port", Map.of("binding:host_id", host)));
    return port;
  }

  private PortSpec told(String port) {
    return API.told(host, PortSpec.class).stream()
        .filter(spec -> spec.id().equals(port))
        .findFirst()
        .orElseThrow();
  }
}
