package io.virga.control.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.foundation.Foundation;
import io.virga.control.http.ApiService;
import io.virga.control.quota.Resource;
import io.virga.control.testing.TestApi;
import io.virga.control.testing.TestApi.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Neutron's API over a real database. */
final class NetworkServiceTest {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String ROOT = "/network/v2.0/";
  private static final TestApi API = TestApi.start(NetworkServiceTest::services);

  private final String project = UUID.randomUUID().toString();
  private final String token = API.token(project, "member", "reader");
  private final String admin = API.token("of-admin", "admin", "member", "reader");

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
  void createsShowsFiltersUpdatesAndDeletesANetwork() {
    String id = network("blue");
    network("red");
    Answer shown = API.get(ROOT + "networks/" + id, token);
    assertThat(shown.at("/network/name")).isEqualTo("blue");
    assertThat(shown.at("/network/project_id")).isEqualTo(project);
    assertThat(shown.at("/network/status")).isEqualTo("ACTIVE");
    Answer listed = API.get(ROOT + "networks?name=blue", token);
    assertThat(listed.json().at("/networks").size()).isEqualTo(1);
    assertThat(listed.at("/networks/0/id")).isEqualTo(id);
    Answer updated =
        API.put(ROOT + "networks/" + id, token, Map.of("network", Map.of("name", "green")));
    assertThat(updated.at("/network/name")).isEqualTo("green");
    assertThat(API.delete(ROOT + "networks/" + id, token).status()).isEqualTo(204);
    assertThat(API.get(ROOT + "networks/" + id, token).status()).isEqualTo(404);
  }

  @Test
  void refusesANameThatIsTooLong() {
    Answer answer = post("network", Map.of("name", "n".repeat(256)));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("255");
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/33,,,",
    "10.0.0.0/32,,,",
    "nonsense,,,",
    "10.0.0.0/24,10.0.1.1,,",
    "10.0.0.0/24,10.0.0.999,,",
    "10.0.0.0/24,10.0.0.1,10.0.0.9,10.0.0.5",
    "10.0.0.0/24,10.0.0.1,10.0.0.9,10.0.1.5",
  })
  void refusesSubnetsThatDoNotFitTogether(String cidr, String gateway, String first, String last) {
    Map<String, Object> body = subnetBody(network("n"), cidr);
    if (gateway != null) {
      body.put("gateway_ip", gateway);
    }
    if (first != null) {
      body.put("allocation_pools", List.of(Map.of("start", first, "end", last)));
    }
    assertThat(post("subnet", body).status()).isEqualTo(400);
  }

  @Test
  void refusesAPoolThatHoldsTheGatewayAndOverlaps() {
    String network = network("n");
    Map<String, Object> body = subnetBody(network, "10.0.0.0/24");
    body.put("gateway_ip", "10.0.0.5");
    body.put("allocation_pools", List.of(Map.of("start", "10.0.0.2", "end", "10.0.0.9")));
    assertThat(post("subnet", body).status()).isEqualTo(409);
    subnet(network, "10.0.0.0/24");
    assertThat(post("subnet", subnetBody(network, "10.0.0.128/25")).status()).isEqualTo(400);
    assertThat(post("subnet", subnetBody(network, "10.0.1.0/24")).status()).isEqualTo(201);
  }

  @Test
  void keepsProjectsApartButShowsSharedAndExternalNetworks() {
    String own = network("own");
    String other = API.token(UUID.randomUUID().toString(), "member", "reader");
    assertThat(API.get(ROOT + "networks/" + own, other).status()).isEqualTo(404);
    assertThat(API.delete(ROOT + "networks/" + own, other).status()).isEqualTo(404);
    assertThat(
            API.put(ROOT + "networks/" + own, token, Map.of("network", Map.of("shared", true)))
                .status())
        .isEqualTo(403);
    API.put(ROOT + "networks/" + own, admin, Map.of("network", Map.of("shared", true)));
    assertThat(API.get(ROOT + "networks/" + own, other).status()).isEqualTo(200);
    assertThat(API.delete(ROOT + "networks/" + own, other).status()).isEqualTo(404);
    Answer external =
        API.post(
            ROOT + "networks",
            admin,
            Map.of("network", Map.of("name", "out", "router:external", true)));
    String visible = ROOT + "networks/" + external.at("/network/id");
    assertThat(API.get(visible, other).status()).isEqualTo(200);
    Map<String, Object> body = subnetBody(external.at("/network/id"), "10.0.9.0/24");
    Answer made = API.post(ROOT + "subnets", admin, Map.of("subnet", body));
    String inside = ROOT + "subnets/" + made.at("/subnet/id");
    assertThat(API.get(inside, admin).status()).isEqualTo(200);
    assertThat(API.get(inside, other).status()).as("nothing for tenants' ports").isEqualTo(404);
    Map<String, Object> port = Map.of("network_id", external.at("/network/id"));
    Answer refused = API.post(ROOT + "ports", other, Map.of("port", port));
    assertThat(refused.status()).as(refused.text()).isEqualTo(403);
    assertThat(API.post(ROOT + "ports", admin, Map.of("port", port)).status()).isEqualTo(201);
  }

  @Test
  void letsNobodyPassForAnotherOnANetworkThatIsShared() {
    String shared = network("shared");
    String subnet = subnet(shared, "10.0.0.0/24");
    API.put(ROOT + "networks/" + shared, admin, Map.of("network", Map.of("shared", true)));
    String other = API.token(UUID.randomUUID().toString(), "member", "reader");
    List<Map<String, Object>> disguises =
        List.of(
            Map.of("port_security_enabled", false),
            Map.of("mac_address", "fa:16:3e:00:00:01"),
            Map.of("allowed_address_pairs", List.of(Map.of("ip_address", "10.0.0.0/8"))),
            Map.of("fixed_ips", List.of(Map.of("ip_address", "10.0.0.77"))),
            Map.of("fixed_ips", List.of(Map.of("ip_address", "10.0.0.1"))));
    String plain =
        API.post(ROOT + "ports", other, Map.of("port", Map.of("network_id", shared)))
            .at("/port/id");
    for (Map<String, Object> disguise : disguises) {
      Map<String, Object> port = new HashMap<>(disguise);
      Answer changed = API.put(ROOT + "ports/" + plain, other, Map.of("port", port));
      assertThat(changed.status()).as(changed.text()).isEqualTo(403);
      assertThat(changed.at("/NeutronError/type")).isEqualTo("PolicyNotAuthorized");
      port.put("network_id", shared);
      Answer made = API.post(ROOT + "ports", other, Map.of("port", port));
      assertThat(made.status()).as(made.text()).isEqualTo(403);
      assertThat(made.at("/NeutronError/type")).isEqualTo("PolicyNotAuthorized");
      assertThat(post("port", port).status()).isEqualTo(201);
    }
    List<Map<String, Object>> anyAddress = List.of(Map.of("subnet_id", subnet));
    Answer free =
        API.post(
            ROOT + "ports",
            other,
            Map.of("port", Map.of("network_id", shared, "fixed_ips", anyAddress)));
    assertThat(free.status()).as(free.text()).isEqualTo(201);
    assertThat(
            API.put(ROOT + "ports/" + plain, other, Map.of("port", Map.of("fixed_ips", anyAddress)))
                .status())
        .isEqualTo(200);
  }

  @Test
  void onlyAnAdministratorChangesTheMacOfAPortAndNobodyThatOfABoundOne() {
    Answer port = port(network("n"));
    String path = ROOT + "ports/" + port.at("/port/id");
    assertThat(API.put(path, token, mac("fa:16:3e:00:00:01")).status()).isEqualTo(403);
    assertThat(API.put(path, token, mac(port.at("/port/mac_address"))).status()).isEqualTo(200);
    assertThat(API.put(path, admin, mac("fa:16:3e:00:00:01")).status()).isEqualTo(200);
    API.put(path, admin, Map.of("port", Map.of("binding:host_id", "one")));
    Answer bound = API.put(path, admin, mac("fa:16:3e:00:00:02"));
    assertThat(bound.status()).as(bound.text()).isEqualTo(409);
    assertThat(bound.at("/NeutronError/type")).isEqualTo("PortBound");
    assertThat(API.put(path, admin, mac("fa:16:3e:00:00:01")).status()).isEqualTo(200);
    assertThat(API.get(path, token).at("/port/mac_address")).isEqualTo("fa:16:3e:00:00:01");
  }

  @Test
  void keepsTheGatewayOutOfThePools() {
    String subnet = subnet(network("n"), "10.0.0.0/24");
    Answer moved =
        API.put(
            ROOT + "subnets/" + subnet, token, Map.of("subnet", Map.of("gateway_ip", "10.0.0.9")));
    assertThat(moved.status()).as(moved.text()).isEqualTo(409);
    assertThat(moved.at("/NeutronError/type")).isEqualTo("GatewayConflictWithAllocationPools");
  }

  @Test
  void aRuleIsItsGroupsProjectsWhoeverMakesIt() {
    String group = group();
    Map<String, Object> rule =
        Map.of("security_group_id", group, "direction", "ingress", "protocol", "icmp");
    Answer made =
        API.post(ROOT + "security-group-rules", admin, Map.of("security_group_rule", rule));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(made.at("/security_group_rule/project_id")).isEqualTo(project);
    String details = ROOT + "quotas/" + project + "/details.json";
    assertThat(API.get(details, token).json().at("/quota/security_group_rule/used").asInt())
        .as("four of the default group, two to start with, and this one")
        .isEqualTo(7);
    String path = ROOT + "security-group-rules/" + made.at("/security_group_rule/id");
    assertThat(API.get(path, token).status()).isEqualTo(200);
    assertThat(API.delete(path, token).status()).isEqualTo(204);
    assertThat(API.get(details, token).json().at("/quota/security_group_rule/used").asInt())
        .isEqualTo(6);
  }

  @Test
  void tellsWhereItsResourcesAre() {
    JsonNode resources = API.get(ROOT, token).json().path("resources");
    assertThat(resources.findValuesAsString("name")).contains("network", "port", "subnet");
    assertThat(resources.findValuesAsString("href"))
        .allMatch(link -> link.startsWith("http"))
        .anyMatch(link -> link.endsWith("/network/v2.0/subnets"));
  }

  @Test
  void refusesNetworksOverQuota() {
    API.database()
        .inTransaction(tx -> API.foundation().quota().limit(tx, project, Resource.NETWORKS, 1))
        .block(SOON);
    String id = network("first");
    Answer second = post("network", Map.of("name", "second"));
    assertThat(second.status()).isEqualTo(409);
    assertThat(second.text()).contains("Quota exceeded for resources: ['network']");
    JsonNode details =
        API.get(ROOT + "quotas/" + project + "/details.json", token).json().path("quota");
    assertThat(details).allSatisfy(resource -> assertThat(resource.has("used")).isTrue());
    API.delete(ROOT + "networks/" + id, token);
    network("third");
  }

  @Test
  void givesTheLowestFreeAddressUntilNoneIsLeft() {
    String network = network("n");
    String subnet = subnet(network, "10.0.0.0/29");
    List<String> ports = new ArrayList<>();
    for (int last = 2; last <= 6; last++) {
      Answer made = port(network);
      assertThat(made.at("/port/fixed_ips/0/ip_address")).isEqualTo("10.0.0." + last);
      ports.add(made.at("/port/id"));
    }
    assertThat(port(network).status()).isEqualTo(409);
    assertThat(API.delete(ROOT + "subnets/" + subnet, token).text())
        .contains(subnet)
        .contains("One or more ports");
    assertThat(API.delete(ROOT + "networks/" + network, token).status()).isEqualTo(409);
    assertThat(API.delete(ROOT + "ports/" + ports.get(1), token).status()).isEqualTo(204);
    assertThat(port(network).at("/port/fixed_ips/0/ip_address")).isEqualTo("10.0.0.3");
  }

  @Test
  void givesTheAddressThatIsAskedForOnce() {
    String network = network("n");
    subnet(network, "10.0.0.0/24");
    Map<String, Object> body =
        Map.of("network_id", network, "fixed_ips", List.of(Map.of("ip_address", "10.0.0.77")));
    Answer first = post("port", body);
    assertThat(first.at("/port/fixed_ips/0/ip_address")).isEqualTo("10.0.0.77");
    assertThat(post("port", body).status()).isEqualTo(409);
    Map<String, Object> outside =
        Map.of("network_id", network, "fixed_ips", List.of(Map.of("ip_address", "10.9.0.1")));
    assertThat(post("port", outside).status()).isEqualTo(400);
  }

  @Test
  void givesNoAddressTwiceToManyAtOnce()
      throws InterruptedException, ExecutionException, TimeoutException {
    String network = network("n");
    subnet(network, "10.0.0.0/24");
    List<String> addresses = new ArrayList<>();
    try (var clients = Executors.newFixedThreadPool(16)) {
      List<Future<Answer>> answers = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        answers.add(clients.submit(() -> port(network)));
      }
      for (Future<Answer> answer : answers) {
        Answer made = answer.get(60, TimeUnit.SECONDS);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        addresses.add(made.at("/port/fixed_ips/0/ip_address"));
      }
    }
    assertThat(addresses).doesNotHaveDuplicates().contains("10.0.0.2", "10.0.0.65").hasSize(64);
  }

  @Test
  void everyProjectHasADefaultGroupOfFourRules() {
    Answer groups = API.get(ROOT + "security-groups", token);
    assertThat(groups.json().at("/security_groups").size()).isEqualTo(1);
    assertThat(groups.at("/security_groups/0/name")).isEqualTo("default");
    assertThat(groups.json().at("/security_groups/0/security_group_rules").size()).isEqualTo(4);
    String id = groups.at("/security_groups/0/id");
    assertThat(API.delete(ROOT + "security-groups/" + id, token).status()).isEqualTo(409);
    assertThat(post("security_group", Map.of("name", "default")).status()).isEqualTo(409);
  }

  @Test
  void refusesARuleThatIsThereAlready() {
    String group = group();
    Map<String, Object> rule =
        Map.of("protocol", "tcp", "port_range_min", 22, "port_range_max", 22);
    assertThat(rule(group, rule).status()).isEqualTo(201);
    assertThat(rule(group, rule).status()).isEqualTo(409);
  }

  @ParameterizedTest
  @CsvSource({
    "nonsense,,",
    "tcp,9,1",
    "tcp,1,70000",
    ",80,80",
    "icmp,300,",
    "icmp,,3",
    "tcp,-1,80",
    "256,,",
    "gre,1,1",
  })
  void refusesRulesThatDoNotFitTogether(String protocol, Integer min, Integer max) {
    Map<String, Object> rule = new LinkedHashMap<>();
    if (protocol != null) {
      rule.put("protocol", protocol);
    }
    if (min != null) {
      rule.put("port_range_min", min);
    }
    if (max != null) {
      rule.put("port_range_max", max);
    }
    assertThat(rule(group(), rule).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tcp  | -16 | 80    | Invalid value for port -16",
        "tcp  | 80  | 65536 | Invalid value for port 65536",
        "tcp  | 80  | 79    | port_range_min must be <= port_range_max",
        "icmp | 1   | 256   | Invalid value for ICMP code",
        "icmp | 300 | 1     | Invalid value for ICMP type",
        "icmp |     | 6     | ICMP type (port-range-min) is missing",
      })
  void saysAsNeutronDoesWhichPortIsWrong(
      String protocol, Integer min, Integer max, String message) {
    Map<String, Object> rule = new LinkedHashMap<>();
    rule.put("protocol", protocol);
    rule.put("port_range_min", min);
    rule.put("port_range_max", max);
    assertThat(rule(group(), rule).at("/NeutronError/message")).contains(message);
  }

  private static Map<String, Object> mac(String address) {
    return Map.of("port", Map.of("mac_address", address));
  }

  private Answer rule(String group, Map<String, Object> members) {
    Map<String, Object> body = new LinkedHashMap<>(members);
    body.put("security_group_id", group);
    body.put("direction", "ingress");
    return post("security_group_rule", body);
  }

  private String group() {
    Answer made = post("security_group", Map.of("name", "web"));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.at("/security_group/id");
  }

  private Answer port(String network) {
    return post("port", Map.of("network_id", network));
  }

  private String network(String name) {
    Answer made = post("network", Map.of("name", name));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.at("/network/id");
  }

  private String subnet(String network, String cidr) {
    Answer made = post("subnet", subnetBody(network, cidr));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.at("/subnet/id");
  }

  private static Map<String, Object> subnetBody(String network, String cidr) {
    return new LinkedHashMap<>(Map.of("network_id", network, "cidr", cidr, "ip_version", 4));
  }

  private Answer post(String thing, Map<String, Object> body) {
    return API.post(ROOT + thing.replace('_', '-') + "s", token, Map.of(thing, body));
  }
}
