package io.virga.control.network;

import static io.virga.control.network.TenantClient.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.foundation.Foundation;
import io.virga.control.http.ApiService;
import io.virga.control.testing.TestApi;
import io.virga.control.testing.TestApi.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Floating IPs and port forwardings of Neutron's API over a real database. */
final class FloatingIpServiceTest {

  private static final TestApi API = TestApi.start(FloatingIpServiceTest::services);

  private final TenantClient tenant =
      TenantClient.of(API, UUID.randomUUID().toString(), "member", "reader");
  private final TenantClient other =
      TenantClient.of(API, UUID.randomUUID().toString(), "member", "reader");
  private final TenantClient admin = TenantClient.of(API, "of-admin", "admin", "member", "reader");
  private String external = "";
  private String inside = "";

  private static List<ApiService> services(TestApi api) {
    Foundation foundation = api.foundation();
    return List.of(
        new NetworkService(foundation.database(), foundation.desired(), foundation.quota()));
  }

  @AfterAll
  static void close() {
    API.close();
  }

  @BeforeEach
  void makeARoutedNetwork() {
    external = admin.externalNetwork("198.51.100.0/24");
    inside = tenant.networkBehindRouter("10.0.0.0/24", external);
  }

  @Test
  void isFoundByItsAddressItsPortOrItsTags() {
    Answer made = tenant.floatingIp(external);
    String id = made.at("/floatingip/id");
    tenant.floatingIp(external);
    String port = tenant.port(inside).at("/port/id");
    tenant.associate(id, Map.of("port_id", port));
    tenant.put("floatingips/" + id + "/tags", Map.of("tags", List.of("web")));
    for (String filter :
        List.of(
            "floating_ip_address=" + made.at("/floatingip/floating_ip_address"),
            "port_id=" + port,
            "status=ACTIVE",
            "tags=web")) {
      assertThat(
              tenant
                  .get("floatingips?" + filter)
                  .json()
                  .at("/floatingips")
                  .findValuesAsString("floating_ip_address"))
          .as(filter)
          .containsExactly(made.at("/floatingip/floating_ip_address"));
    }
    assertThat(tenant.get("floatingips?floating_network_id=" + external).json().at("/floatingips"))
        .hasSize(2);
    assertThat(other.get("floatingips").json().at("/floatingips")).isEmpty();
  }

  @Test
  void standsForAPortUntilItIsTakenAway() {
    Answer made = tenant.floatingIp(external);
    assertThat(made.at("/floatingip/status")).isEqualTo("DOWN");
    assertThat(made.at("/floatingip/floating_ip_address")).startsWith("198.51.100.");
    assertThat(made.json().at("/floatingip/port_id").isNull()).isTrue();
    String id = made.at("/floatingip/id");
    Answer port = tenant.port(inside);
    Answer up = tenant.associate(id, Map.of("port_id", port.at("/port/id")));
    assertThat(up.at("/floatingip/status")).isEqualTo("ACTIVE");
    assertThat(up.at("/floatingip/fixed_ip_address"))
        .isEqualTo(port.at("/port/fixed_ips/0/ip_address"));
    assertThat(tenant.ids("routers")).contains(up.at("/floatingip/router_id"));
    assertThat(up.at("/floatingip/port_details/mac_address"))
        .isEqualTo(port.at("/port/mac_address"));
    Answer described = tenant.associate(id, Map.of("description", "web"));
    assertThat(described.at("/floatingip/port_id")).isEqualTo(port.at("/port/id"));
    assertThat(described.at("/floatingip/description")).isEqualTo("web");
    Answer down = tenant.associate(id, nothing());
    assertThat(down.json().at("/floatingip/router_id").isNull()).isTrue();
    assertThat(down.json().at("/floatingip/fixed_ip_address").isNull()).isTrue();
    assertThat(down.at("/floatingip/status")).isEqualTo("DOWN");
    assertThat(tenant.delete("floatingips/" + id).status()).isEqualTo(204);
    refused(tenant.get("floatingips/" + id), 404, "FloatingIPNotFound");
    assertThat(tenant.used("floatingip")).isZero();
    assertThat(tenant.floatingIp(external).at("/floatingip/floating_ip_address"))
        .as("the address is given out again")
        .isEqualTo(made.at("/floatingip/floating_ip_address"));
  }

  @Test
  void standsForNothingOnceThePortOrItsAddressIsGone() {
    Answer port = tenant.port(inside);
    String id = associated(port.at("/port/id")).at("/floatingip/id");
    Map<String, Object> elsewhere = Map.of("fixed_ips", List.of(Map.of("ip_address", "10.0.0.77")));
    tenant.put("ports/" + port.at("/port/id"), Map.of("port", elsewhere));
    assertThat(tenant.get("floatingips/" + id).at("/floatingip/status")).isEqualTo("DOWN");
    tenant.associate(id, Map.of("port_id", port.at("/port/id")));
    assertThat(tenant.delete("ports/" + port.at("/port/id")).status()).isEqualTo(204);
    Answer left = tenant.get("floatingips/" + id);
    assertThat(left.json().at("/floatingip/port_id").isNull()).isTrue();
    assertThat(left.json().at("/floatingip/router_id").isNull()).isTrue();
    assertThat(left.json().at("/floatingip/fixed_ip_address").isNull()).isTrue();
  }

  @Test
  void needsARouterBetweenThePortAndTheExternalNetwork() {
    String lonely = tenant.network("n");
    String subnet = tenant.subnet(lonely, "10.7.0.0/24");
    String port = tenant.port(lonely).at("/port/id");
    String id = tenant.floatingIp(external).at("/floatingip/id");
    refused(
        tenant.associate(id, Map.of("port_id", port)), 404, "ExternalGatewayForFloatingIPNotFound");
    String router = tenant.router();
    tenant.joined(router, subnet);
    refused(
        tenant.post(
            "floatingips", "floatingip", Map.of("floating_network_id", external, "port_id", port)),
        404,
        "ExternalGatewayForFloatingIPNotFound");
    assertThat(tenant.used("floatingip")).as("the refused one is not counted").isEqualTo(1);
    tenant.update(router, Map.of("external_gateway_info", Map.of("network_id", external)));
    assertThat(tenant.associate(id, Map.of("port_id", port)).at("/floatingip/router_id"))
        .isEqualTo(router);
    refused(
        tenant.update(router, Map.of("external_gateway_info", Map.of())),
        409,
        "RouterExternalGatewayInUseByFloatingIp");
    refused(tenant.leave(router, subnet), 409, "RouterInterfaceInUseByFloatingIP");
  }

  @Test
  void isItsProjectsAlone() {
    String id = tenant.floatingIp(external).at("/floatingip/id");
    String port = other.port(other.networkBehindRouter("10.0.0.0/24", external)).at("/port/id");
    refused(other.get("floatingips/" + id), 404, "FloatingIPNotFound");
    refused(other.associate(id, Map.of("port_id", port)), 404, "FloatingIPNotFound");
    refused(other.delete("floatingips/" + id), 404, "FloatingIPNotFound");
    refused(tenant.associate(id, Map.of("port_id", port)), 404, "PortNotFound");
    refused(other.get("floatingips/" + id + "/port_forwardings"), 404, "FloatingIPNotFound");
    assertThat(other.ids("floatingips")).isEmpty();
    assertThat(admin.ids("floatingips")).contains(id);
    String portOf = admin.get("ports?device_id=" + id).at("/ports/0/id");
    refused(tenant.get("ports/" + portOf), 404, "PortNotFound");
    refused(admin.delete("ports/" + portOf), 409, "ServicePortInUse");
  }

  @Test
  void takesTheAddressThatIsAskedForAndNoOtherNetwork() {
    Map<String, Object> asked =
        Map.of("floating_network_id", external, "floating_ip_address", "198.51.100.99");
    refused(tenant.post("floatingips", "floatingip", asked), 403, "PolicyNotAuthorized");
    assertThat(admin.made("floatingips", "floatingip", asked).at("/floatingip/floating_ip_address"))
        .isEqualTo("198.51.100.99");
    refused(admin.post("floatingips", "floatingip", asked), 409, "IpAddressAlreadyAllocated");
    refused(
        tenant.post("floatingips", "floatingip", Map.of("floating_network_id", inside)),
        400,
        "BadRequest");
    String empty =
        admin.made("networks", "network", Map.of("router:external", true)).at("/network/id");
    refused(
        tenant.post("floatingips", "floatingip", Map.of("floating_network_id", empty)),
        400,
        "BadRequest");
  }

  @Test
  void standsForOneOfSeveralAddressesAndNoneHasTwo() {
    List<Map<String, String>> two =
        List.of(Map.of("ip_address", "10.0.0.50"), Map.of("ip_address", "10.0.0.51"));
    String port =
        tenant.made("ports", "port", Map.of("network_id", inside, "fixed_ips", two)).at("/port/id");
    String id = tenant.floatingIp(external).at("/floatingip/id");
    refused(tenant.associate(id, Map.of("port_id", port)), 400, "BadRequest");
    refused(tenant.associate(id, to(port, "10.0.0.9")), 400, "BadRequest");
    assertThat(tenant.associate(id, to(port, "10.0.0.50")).status()).isEqualTo(200);
    assertThat(tenant.associate(id, to(port, "10.0.0.51")).at("/floatingip/fixed_ip_address"))
        .isEqualTo("10.0.0.51");
    String second = tenant.floatingIp(external).at("/floatingip/id");
    refused(
        tenant.associate(second, to(port, "10.0.0.51")), 409, "FloatingIPPortAlreadyAssociated");
    assertThat(tenant.associate(second, to(port, "10.0.0.50")).status()).isEqualTo(200);
  }

  @Test
  void goesWithTheExternalNetworkIfItStandsForNothing() {
    String id = tenant.floatingIp(external).at("/floatingip/id");
    refused(admin.delete("networks/" + external), 409, "NetworkInUse");
    assertThat(tenant.get("floatingips/" + id).status()).isEqualTo(200);
    String idle = admin.externalNetwork("203.0.113.0/24");
    String gone = tenant.floatingIp(idle).at("/floatingip/id");
    assertThat(admin.delete("networks/" + idle).status()).isEqualTo(204);
    refused(tenant.get("floatingips/" + gone), 404, "FloatingIPNotFound");
    assertThat(tenant.used("floatingip")).isEqualTo(1);
  }

  @Test
  void passesSingleTransportPortsOn() {
    Answer port = tenant.port(inside);
    String floating = tenant.floatingIp(external).at("/floatingip/id");
    String path = "floatingips/" + floating + "/port_forwardings";
    Answer made = tenant.made(path, "port_forwarding", forwarding(port, 2222));
    assertThat(made.json().at("/port_forwarding/external_port").asInt()).isEqualTo(2222);
    assertThat(made.at("/port_forwarding/internal_ip_address"))
        .isEqualTo(port.at("/port/fixed_ips/0/ip_address"));
    String one = path + "/" + made.at("/port_forwarding/id");
    Answer shown = tenant.get("floatingips/" + floating);
    assertThat(shown.at("/floatingip/status")).isEqualTo("ACTIVE");
    assertThat(shown.json().at("/floatingip/port_forwardings").size()).isEqualTo(1);
    refused(tenant.post(path, "port_forwarding", forwarding(port, 2222)), 400, "BadRequest");
    refused(
        tenant.associate(floating, Map.of("port_id", port.at("/port/id"))),
        409,
        "FloatingIPInUseByPortForwarding");
    Answer changed =
        tenant.put(
            one, Map.of("port_forwarding", Map.of("external_port", 2223, "protocol", "udp")));
    assertThat(changed.json().at("/port_forwarding/external_port").asInt()).isEqualTo(2223);
    assertThat(changed.json().at("/port_forwarding/internal_port").asInt()).isEqualTo(22);
    assertThat(tenant.get(path).json().at("/port_forwardings").size()).isEqualTo(1);
    assertThat(tenant.delete(one).status()).isEqualTo(204);
    refused(tenant.get(one), 404, "PortForwardingNotFound");
    assertThat(tenant.get("floatingips/" + floating).at("/floatingip/status")).isEqualTo("DOWN");
    tenant.made(path, "port_forwarding", forwarding(port, 80));
    tenant.delete("ports/" + port.at("/port/id"));
    Answer left = tenant.get("floatingips/" + floating);
    assertThat(left.json().at("/floatingip/port_forwardings").size()).isZero();
    assertThat(left.json().at("/floatingip/router_id").isNull()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "tcp,0,22",
    "tcp,65536,22",
    "sctp,22,22",
    "tcp,8080:8089,80:88",
    "tcp,8089:8080,80:89",
    "tcp,8080:70000,80:89",
    "tcp,nonsense,80",
    "tcp,8000:8256,9000:9256",
  })
  void refusesForwardingsThatDoNotFitTogether(String protocol, String outer, String inner) {
    Answer port = tenant.port(inside);
    String floating = tenant.floatingIp(external).at("/floatingip/id");
    Map<String, Object> body =
        Map.of(
            "protocol", protocol,
            "internal_port_id", port.at("/port/id"),
            "external_port_range", outer,
            "internal_port_range", inner);
    Answer answer =
        tenant.post("floatingips/" + floating + "/port_forwardings", "port_forwarding", body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
  }

  @Test
  void passesLongRangesOnAsTheyAreAndShortOnesShifted() {
    Answer port = tenant.port(inside);
    String floating = tenant.floatingIp(external).at("/floatingip/id");
    String path = "floatingips/" + floating + "/port_forwardings";
    for (String ranges : List.of("1:7999 1:7999", "8000:8255 9000:9255")) {
      Map<String, Object> body =
          Map.of(
              "protocol",
              "tcp",
              "internal_port_id",
              port.at("/port/id"),
              "external_port_range",
              ranges.split(" ", -1)[0],
              "internal_port_range",
              ranges.split(" ", -1)[1]);
      tenant.made(path, "port_forwarding", body);
    }
  }

  @Test
  void manyAtOnceGetAddressesOfTheirOwnAndGiveThemBack() throws Exception {
    List<Answer> made = atOnce(i -> () -> tenant.floatingIp(external));
    assertThat(made.stream().map(one -> one.at("/floatingip/floating_ip_address")))
        .doesNotHaveDuplicates()
        .contains("198.51.100.3", "198.51.100.50")
        .hasSize(48);
    List<Answer> deleted =
        atOnce(i -> () -> tenant.delete("floatingips/" + made.get(i).at("/floatingip/id")));
    assertThat(deleted).allSatisfy(one -> assertThat(one.status()).isEqualTo(204));
    assertThat(tenant.used("floatingip")).isZero();
    assertThat(tenant.floatingIp(external).at("/floatingip/floating_ip_address"))
        .isEqualTo("198.51.100.3");
  }

  private interface Calls {
    Callable<Answer> of(int number);
  }

  /** 48 calls by 16 clients. */
  private static List<Answer> atOnce(Calls calls) throws Exception {
    List<Answer> answers = new ArrayList<>();
    try (var clients = Executors.newFixedThreadPool(16)) {
      List<Future<Answer>> begun = new ArrayList<>();
      for (int i = 0; i < 48; i++) {
        begun.add(clients.submit(calls.of(i)));
      }
      for (Future<Answer> one : begun) {
        answers.add(one.get(60, TimeUnit.SECONDS));
      }
    }
    return answers;
  }

  private Answer associated(String port) {
    return tenant.made(
        "floatingips", "floatingip", Map.of("floating_network_id", external, "port_id", port));
  }

  private static Map<String, Object> to(String port, String ip) {
    return Map.of("port_id", port, "fixed_ip_address", ip);
  }

  private static Map<String, Object> nothing() {
    Map<String, Object> members = new HashMap<>();
    members.put("port_id", null);
    return members;
  }

  private static Map<String, Object> forwarding(Answer port, int externalPort) {
    return Map.of(
        "protocol",
        "tcp",
        "internal_port_id",
        port.at("/port/id"),
        "internal_port",
        22,
        "external_port",
        externalPort);
  }
}
