package io.virga.control.compute;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.InstanceSpec;
import io.virga.dataplane.watch.ObservedState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The cards of servers: plugged and unplugged, their groups and addresses. */
final class ServerPortsTest extends ComputeFixture {

  @Test
  void plugsACardInAndOut() {
    String network = network();
    String id = running();
    String path = ROOT + "servers/" + id + "/os-interface";
    Answer more = api.post(path, token, Map.of("interfaceAttachment", Map.of("net_id", network)));
    assertThat(more.status()).as(more.text()).isEqualTo(200);
    String port = more.at("/interfaceAttachment/port_id");
    assertThat(more.at("/interfaceAttachment/fixed_ips/0/ip_address")).startsWith("10.9.0.");
    assertThat(more.at("/interfaceAttachment/fixed_ips/0/subnet_id")).hasSize(36);
    assertThat(only(InstanceSpec.class).nics()).hasSize(2);
    assertThat(only(InstanceSpec.class).nics().get(1).portId()).isEqualTo(port);
    report(id, 2, ObservedState.Status.READY, "running");
    assertThat(api.get(path, token).json().at("/interfaceAttachments").size()).isEqualTo(2);
    assertThat(api.get(path + "/" + port, token).at("/interfaceAttachment/net_id"))
        .isEqualTo(network);
    assertThat(api.delete(path + "/" + port, token).status()).isEqualTo(202);
    assertThat(only(InstanceSpec.class).nics()).hasSize(1);
    assertThat(api.get("/network/v2.0/ports/" + port, token).status()).isEqualTo(404);
    report(id, 3, ObservedState.Status.READY, "running");
    assertThat(api.delete(path + "/" + port, token).status()).isEqualTo(404);
  }

  @Test
  void leavesAPortThatWasThereBefore() {
    String network = network();
    String port =
        api.post("/network/v2.0/ports", token, Map.of("port", Map.of("network_id", network)))
            .at("/port/id");
    String id = running();
    String path = ROOT + "servers/" + id + "/os-interface";
    Map<String, Object> both = Map.of("net_id", network, "port_id", port);
    assertThat(api.post(path, token, Map.of("interfaceAttachment", both)).status()).isEqualTo(400);
    Answer taken = api.post(path, token, Map.of("interfaceAttachment", Map.of("port_id", port)));
    assertThat(taken.at("/interfaceAttachment/port_id")).isEqualTo(port);
    report(id, 2, ObservedState.Status.READY, "running");
    assertThat(
            api.post(path, token, Map.of("interfaceAttachment", Map.of("port_id", port))).status())
        .as("in use")
        .isEqualTo(409);
    api.delete(path + "/" + port, token);
    assertThat(api.get("/network/v2.0/ports/" + port, token).at("/port/device_id")).isEmpty();
  }

  @Test
  void joinsAndLeavesSecurityGroups() {
    network();
    String id = running();
    api.post(
        "/network/v2.0/security-groups", token, Map.of("security_group", Map.of("name", "web")));
    assertThat(act(id, Map.of("addSecurityGroup", Map.of("name", "web")))).isEqualTo(202);
    assertThat(act(id, Map.of("addSecurityGroup", Map.of("name", "web")))).isEqualTo(202);
    assertThat(act(id, Map.of("addSecurityGroup", Map.of("name", "nothing")))).isEqualTo(404);
    Answer shown = api.get(ROOT + "servers/" + id, token);
    assertThat(shown.json().at("/server/security_groups").size()).isEqualTo(2);
    assertThat(groupsOfPort()).isEqualTo(2);
    for (String group : List.of("web", "default")) {
      assertThat(act(id, Map.of("removeSecurityGroup", Map.of("name", group)))).isEqualTo(202);
    }
    assertThat(act(id, Map.of("removeSecurityGroup", Map.of("name", "web")))).isEqualTo(404);
    assertThat(groupsOfPort()).isZero();
    assertThat(api.get(ROOT + "servers/" + id, token).json().at("/server").has("security_groups"))
        .isFalse();
  }

  @Test
  void hasOneAddressMoreOrLess() {
    String network = network();
    String id = running();
    assertThat(act(id, Map.of("addFixedIp", Map.of("networkId", network)))).isEqualTo(202);
    String addresses = "/server/addresses/net";
    Answer shown = api.get(ROOT + "servers/" + id, token);
    assertThat(shown.json().at(addresses).size()).as(shown.text()).isEqualTo(2);
    report(id, 2, ObservedState.Status.READY, "running");
    String first = shown.at(addresses + "/0/addr");
    assertThat(act(id, Map.of("removeFixedIp", Map.of("address", first)))).isEqualTo(202);
    assertThat(api.get(ROOT + "servers/" + id, token).text()).doesNotContain(first + "\"");
    report(id, 3, ObservedState.Status.READY, "running");
    assertThat(act(id, Map.of("removeFixedIp", Map.of("address", first)))).isEqualTo(400);
    assertThat(
            api.send(
                    version("2.44", "servers/" + id + "/action")
                        .POST(json(Map.of("addFixedIp", Map.of("networkId", network)))))
                .status())
        .isEqualTo(404);
  }

  private int groupsOfPort() {
    return api.get("/network/v2.0/ports", token).json().at("/ports/0/security_groups").size();
  }
}
