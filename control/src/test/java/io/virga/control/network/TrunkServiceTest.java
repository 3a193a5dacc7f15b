package io.virga.control.network;

import static io.virga.control.network.TenantClient.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi;
import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Trunks of Neutron's API over a real database. */
class TrunkServiceTest {

  private static final TestApi API = TenantClient.start();

  private final TenantClient tenant = TenantClient.tenant(API);
  private final TenantClient admin = TenantClient.administrator(API);
  private final String host = "host-" + UUID.randomUUID();
  private final String network = tenant.network("n");
  private final String other = tenant.network("m");
  private final String parent = port(network);
  private final String sub = port(other);

  @AfterAll
  static void close() {
    API.close();
  }

  @Test
  void subPortsAreWhereTheTrunkIs() {
    String trunk = trunk(sub(sub, 100));
    bind(host);
    assertThat(told(sub).flatMap(PortSpec::trunk)).contains(new PortSpec.TrunkParent(parent, 100));
    assertThat(told(parent)).isPresent();
    assertThat(API.told(host, NetworkSpec.class))
        .extracting(NetworkSpec::id)
        .containsExactlyInAnyOrder(network, other);
    assertThat(tenant.get("ports/" + sub).at("/port/device_owner")).isEqualTo("trunk:subport");
    String later = port(other);
    put(trunk, "add_subports", sub(later, 200));
    assertThat(told(later).flatMap(PortSpec::trunk))
        .contains(new PortSpec.TrunkParent(parent, 200));
    put(trunk, "remove_subports", Map.of("port_id", later));
    assertThat(told(later)).isEmpty();
    bind("");
    assertThat(told(sub)).isEmpty();
  }

  @Test
  void aTrunkIsShownChangedAndEnds() {
    String trunk = trunk(sub(sub, 100));
    Answer shown = tenant.get("trunks/" + trunk);
    assertThat(shown.at("/trunk/port_id")).isEqualTo(parent);
    assertThat(shown.at("/trunk/status")).isEqualTo("DOWN");
    assertThat(shown.json().at("/trunk/sub_ports/0/segmentation_id").asInt()).isEqualTo(100);
    assertThat(tenant.get("trunks/" + trunk + "/get_subports").at("/sub_ports/0/port_id"))
        .isEqualTo(sub);
    Answer port = tenant.get("ports/" + parent);
    assertThat(port.at("/port/trunk_details/trunk_id")).isEqualTo(trunk);
    assertThat(port.at("/port/trunk_details/sub_ports/0/mac_address"))
        .isEqualTo(tenant.get("ports/" + sub).at("/port/mac_address"));
    assertThat(tenant.get("trunks?port_id=" + parent).json().at("/trunks").size()).isEqualTo(1);
    Answer named = tenant.put("trunks/" + trunk, Map.of("trunk", Map.of("name", "t")));
    assertThat(named.at("/trunk/name")).isEqualTo("t");
    bind(host);
    assertThat(tenant.get("trunks/" + trunk).at("/trunk/status")).isEqualTo("BUILD");
    assertThat(tenant.used("trunk")).isEqualTo(1);
    assertThat(tenant.delete("trunks/" + trunk).status()).isEqualTo(204);
    assertThat(tenant.used("trunk")).isZero();
    assertThat(told(sub)).isEmpty();
    assertThat(tenant.get("ports/" + sub).at("/port/device_owner")).isEmpty();
    assertThat(tenant.delete("ports/" + sub).status()).isEqualTo(204);
  }

  @Test
  void aPartOfATrunkIsNothingElse() {
    String trunk = trunk(sub(sub, 100));
    String free = port(other);
    refused(create(parent), 409, "ParentPortInUse");
    refused(create(sub), 409, "PortInUseAsSubPort");
    refused(add(trunk, sub(sub, 101)), 409, "PortInUseAsSubPort");
    refused(add(trunk, sub(parent, 101)), 409, "PortInUseAsTrunkParent");
    refused(add(trunk, sub(free, 100)), 409, "DuplicateSubPort");
    refused(tenant.delete("ports/" + sub), 409, "PortInUseAsSubPort");
    refused(tenant.delete("ports/" + parent), 409, "PortInUseAsTrunkParent");
    String router = tenant.make("routers", "router", Map.of("name", "r"));
    refused(
        tenant.put("routers/" + router + "/add_router_interface", Map.of("port_id", parent)),
        409,
        "PortInUse");
    for (String taken : List.of("device_id", "device_owner")) {
      refused(
          tenant.put("ports/" + sub, Map.of("port", Map.of(taken, ""))), 409, "PortInUseAsSubPort");
    }
    tenant.put("ports/" + free, Map.of("port", Map.of("device_id", "something")));
    refused(add(trunk, sub(free, 101)), 409, "PortInUse");
    tenant.put("trunks/" + trunk, Map.of("trunk", Map.of("admin_state_up", false)));
    refused(add(trunk, sub(port(other), 102)), 409, "TrunkDisabled");
    assertThat(tenant.get("trunks/" + trunk).json().at("/trunk/sub_ports").size()).isEqualTo(1);
  }

  @Test
  void refusesWhatIsNoTrunk() {
    for (Map<String, Object> wrong :
        List.of(
            sub(sub, 0),
            sub(sub, 4095),
            Map.<String, Object>of("port_id", sub),
            Map.<String, Object>of("port_id", sub, "segmentation_type", "inherit"))) {
      Map<String, Object> body = new HashMap<>(Map.of("port_id", parent));
      body.put("sub_ports", List.of(wrong));
      assertThat(tenant.post("trunks", "trunk", body).status()).as(wrong.toString()).isEqualTo(400);
    }
    TenantClient stranger = TenantClient.tenant(API);
    assertThat(stranger.post("trunks", "trunk", Map.of("port_id", parent)).status()).isEqualTo(404);
    String trunk = trunk();
    assertThat(stranger.get("trunks/" + trunk).status()).isEqualTo(404);
    assertThat(put(trunk, "remove_subports", Map.of("port_id", sub)).status()).isEqualTo(404);
  }

  private String port(String of) {
    return tenant.port(of).at("/port/id");
  }

  private static Map<String, Object> sub(String port, int vlan) {
    return Map.of("port_id", port, "segmentation_type", "vlan", "segmentation_id", vlan);
  }

  private Answer create(String port) {
    return tenant.post("trunks", "trunk", Map.of("port_id", port));
  }

  @SafeVarargs
  private String trunk(Map<String, Object>... subPorts) {
    return tenant.make(
        "trunks", "trunk", Map.of("port_id", parent, "sub_ports", List.of(subPorts)));
  }

  private Answer add(String trunk, Map<String, Object> subPort) {
    return put(trunk, "add_subports", subPort);
  }

  private Answer put(String trunk, String action, Map<String, ?> subPort) {
    return tenant.put("trunks/" + trunk + "/" + action, Map.of("sub_ports", List.of(subPort)));
  }

  private void bind(String to) {
    Answer bound = admin.put("ports/" + parent, Map.of("port", Map.of("binding:host_id", to)));
    assertThat(bound.status()).as(bound.text()).isEqualTo(200);
  }

  private Optional<PortSpec> told(String port) {
    return API.told(host, PortSpec.class).stream()
        .filter(spec -> spec.id().equals(port) && spec.host().equals(host))
        .findFirst();
  }
}
