package io.virga.benchmarks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.cloud.Shell;
import io.virga.dataplane.json.Json;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A tenant's way out of the cloud and in again, by the stock client. */
@EndToEnd
class NetworkingTest {

  @Test
  void tenantLeadsANetworkOutAndLetsTheOutsideIn(Cloud cloud) {
    Shell demo = cloud.demo();
    session(
        demo,
        """
        network create routed
        subnet create --network routed --subnet-range 10.77.0.0/24 routed
        router create --external-gateway public gate
        router add subnet gate routed
        router set --route destination=10.99.0.0/16,gateway=10.77.0.9 gate
        port create --network routed --fixed-ip ip-address=10.77.0.20 inside
        port create --network routed --fixed-ip ip-address=10.77.0.21 behind
        floating ip create --port inside --description stands public
        floating ip create --description forwards public
        """);
    JsonNode router = json(demo, "router", "show", "gate");
    assertThat(router.at("/external_gateway_info/external_fixed_ips").size()).isEqualTo(1);
    assertThat(router.at("/interfaces_info/0/ip_address").asString()).isEqualTo("10.77.0.1");
    assertThat(router.at("/routes/0/destination").asString()).isEqualTo("10.99.0.0/16");
    JsonNode stands = floatingIp(demo, "stands");
    assertThat(stands.at("/Fixed IP Address").asString()).isEqualTo("10.77.0.20");
    Shell.Result inUse = demo.attempt("openstack", "router", "delete", "gate");
    assertThat(inUse.exitCode()).isNotZero();
    assertThat(inUse.err()).contains("still has ports");
    String forwards = floatingIp(demo, "forwards").at("/ID").asString();
    session(
        demo,
        """
        floating ip port forwarding create --internal-ip-address 10.77.0.21 --port behind \
        --internal-protocol-port 22 --external-protocol-port 2222 --protocol tcp %1$s
        """
            .formatted(forwards));
    assertThat(json(demo, "floating", "ip", "port", "forwarding", "list", forwards).toString())
        .contains("2222", "10.77.0.21");
    session(
        demo,
        """
        port delete inside behind
        floating ip delete %s %s
        router set --no-route gate
        router remove subnet gate routed
        router delete gate
        network delete routed
        """
            .formatted(stands.at("/ID").asString(), forwards));
    assertThat(json(demo, "router", "list").size()).isZero();
    assertThat(json(demo, "floating", "ip", "list").size()).isZero();
    assertThat(demo.run("openstack", "network", "list", "-f", "value")).doesNotContain("routed");
  }

  /** Several commands to one client, which is started once; the test looks at what they did. */
  private static void session(Shell shell, String commands) {
    shell.run("sh", "-c", "printf '%s' \"$1\" | openstack", "session", commands);
  }

  private static JsonNode json(Shell shell, String... words) {
    String[] command = new String[words.length + 3];
    command[0] = "openstack";
    System.arraycopy(words, 0, command, 1, words.length);
    command[words.length + 1] = "-f";
    command[words.length + 2] = "json";
    return Json.mapper().readTree(shell.run(command));
  }

  private static JsonNode floatingIp(Shell shell, String description) {
    for (JsonNode one : json(shell, "floating", "ip", "list", "--long")) {
      if (one.at("/Description").asString().equals(description)) {
        return one;
      }
    }
    throw new AssertionError("no floating IP is described as " + description);
  }
}
