package io.virga.control.network;

import static io.virga.control.network.TenantClient.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks on wires of the hosts, over a real database. */
final class ProviderNetworkTest {

  private static final String NONE = "-";
  private static final Fleet FLEET = new Fleet();

  private final TenantClient tenant = FLEET.tenant("tenant");
  private final TenantClient admin = FLEET.admin();

  @AfterAll
  static void close() {
    FLEET.close();
  }

  @Test
  void showsItsSegmentToAdministratorsAlone() {
    Answer flat = make("flat", "wire1", NONE);
    assertThat(flat.status()).as(flat.text()).isEqualTo(201);
    assertThat(flat.at("/network/provider:network_type")).isEqualTo("flat");
    assertThat(flat.json().at("/network/provider:segmentation_id").isNull()).isTrue();
    assertThat(flat.json().at("/network/mtu").asInt()).isEqualTo(1500);
    Answer vlan = make("vlan", "wire1", "101");
    assertThat(vlan.json().at("/network/provider:segmentation_id").asInt()).isEqualTo(101);
    String id = vlan.at("/network/id");
    admin.put("networks/" + id, Map.of("network", Map.of("shared", true)));
    assertThat(tenant.get("networks/" + id).text()).contains(id).doesNotContain("wire1");
    refused(
        tenant.post("networks", "network", Map.of("provider:network_type", "vxlan")),
        403,
        "PolicyNotAuthorized");
    refused(
        admin.put("networks/" + id, Map.of("network", Map.of("provider:segmentation_id", 102))),
        400,
        "InvalidInput");
    Answer same =
        admin.put("networks/" + id, Map.of("network", Map.of("provider:segmentation_id", 101)));
    assertThat(same.status()).as(same.text()).isEqualTo(200);
  }

  @Test
  void hasItsSegmentAlone() {
    make("flat", "wire2", NONE);
    refused(make("flat", "wire2", NONE), 409, "FlatNetworkInUse");
    make("vlan", "wire2", "7");
    refused(make("vlan", "wire2", "7"), 409, "VlanIdInUse");
    assertThat(make("vlan", "wire3", "7").status()).isEqualTo(201);
    Answer chosen = make("vxlan", NONE, "4711");
    assertThat(chosen.json().at("/network/provider:segmentation_id").asInt()).isEqualTo(4711);
    refused(make("vxlan", NONE, "4711"), 409, "TunnelIdInUse");
  }

  @Test
  void givesNoNumberThatAnAdministratorHasTaken() {
    int next = make("vxlan", NONE, NONE).json().at("/network/provider:segmentation_id").asInt() + 1;
    assertThat(make("vxlan", NONE, String.valueOf(next)).status()).isEqualTo(201);
    assertThat(make("vxlan", NONE, NONE).json().at("/network/provider:segmentation_id").asInt())
        .isEqualTo(next + 1);
  }

  @ParameterizedTest
  @CsvSource({
    "gre,-,1",
    "flat,-,-",
    "flat,wire9,5",
    "flat,a:b,-",
    "vlan,wire9,-",
    "vlan,wire9,0",
    "vlan,wire9,4095",
    "vlan,-,5",
    "vxlan,wire9,5",
    "vxlan,-,16777216",
    "-,wire9,-",
    "-,-,5",
  })
  void refusesSegmentsThatAreNone(String type, String physical, String id) {
    Answer answer = make(type, physical, id);
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
  }

  @Test
  void staysExternalWhileARouterLeadsThere() {
    String external = admin.externalNetwork("203.0.113.0/24", "wire4");
    String router = tenant.router(external);
    refused(turn(external, false), 409, "ExternalNetworkInUse");
    tenant.update(router, Map.of("external_gateway_info", Map.of()));
    assertThat(turn(external, false).status()).isEqualTo(200);
    String inside = tenant.network("n");
    tenant.joined(router, tenant.subnet(inside, "10.0.0.0/24"));
    refused(turn(inside, true), 409, "ExternalNetworkInUse");
  }

  private Answer turn(String network, boolean external) {
    return admin.put("networks/" + network, Map.of("network", Map.of("router:external", external)));
  }

  private Answer make(String type, String physical, String id) {
    Map<String, String> members = new HashMap<>();
    members.put("provider:network_type", type);
    members.put("provider:physical_network", physical);
    members.put("provider:segmentation_id", id);
    members.values().removeIf(NONE::equals);
    return admin.post("networks", "network", members);
  }
}
