package io.virga.netagent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.watch.Eventually;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.lab.Guest;
import io.virga.netagent.lab.Lab;
import io.virga.netagent.lab.LabHost;
import io.virga.netagent.lab.Routed;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A trunk with two sub-ports in other networks, and a port of each of the three networks beside it.
 * The instance with the trunk is a bridge: the machines on it are its VLANs.
 */
@Tag("e2e")
@Timeout(120)
class TrunkTest {

  private static final String INSTANCE = "br-instance";

  private static final PortSpec TRUNK = Desired.port(1, Desired.OPEN);
  private static final PortSpec PLAIN = Desired.port(2, Desired.OPEN);
  private static final PortSpec RED = Routed.port(1, 3, Desired.OPEN);
  private static final PortSpec BLUE = Routed.port(2, 4, Desired.OPEN);
  private static final PortSpec IN_RED = sub(Routed.port(1, 5, Desired.OPEN), 100);
  private static final PortSpec IN_BLUE = sub(Routed.port(2, 6, Desired.OPEN), 200);

  @TempDir static Path directory;

  private static Lab lab;
  private static LabHost host;
  private static Guest plain;
  private static Guest red;
  private static Guest blue;
  private static Guest untagged;
  private static Guest tagged100;
  private static Guest tagged200;

  private static PortSpec sub(PortSpec port, int vlan) {
    return Desired.with(
        port, Map.of("trunk", new PortSpec.TrunkParent(TRUNK.id(), vlan), "generation", 2));
  }

  @BeforeAll
  static void start() throws Exception {
    lab = Lab.start(directory.resolve("lab"), 1);
    NetworkSpec[] networks = {Routed.network(0), Routed.network(1), Routed.network(2)};
    lab.say(networks);
    lab.say(Desired.open(), TRUNK, PLAIN, RED, BLUE, IN_RED, IN_BLUE);
    lab.startAgents();
    host = lab.host(0);
    host.ovs()
        .vsctl("add-br %s -- set bridge %s datapath_type=netdev".formatted(INSTANCE, INSTANCE));
    patch(INSTANCE, "nic", "tap", "");
    patch("br-int", "tap", "nic", " external_ids:iface-id=" + TRUNK.id());
    plain = host.plug(PLAIN).configure("10.0.0.12/24", "10.0.0.1");
    red = host.plug(RED).configure("10.1.0.13/24", "10.1.0.1");
    blue = host.plug(BLUE).configure("10.2.0.14/24", "10.2.0.1");
    untagged = machine(TRUNK, Optional.empty()).configure("10.0.0.11/24", "10.0.0.1");
    tagged100 = machine(IN_RED, Optional.of(100)).configure("10.1.0.15/24", "10.1.0.1");
    tagged200 = machine(IN_BLUE, Optional.of(200)).configure("10.2.0.16/24", "10.2.0.1");
    lab.awaitWired(TRUNK, PLAIN, RED, BLUE, IN_RED, IN_BLUE);
  }

  private static void patch(String bridge, String name, String peer, String more) throws Exception {
    host.ovs()
        .vsctl(
            "add-port %s %s -- set interface %s type=patch options:peer=%s%s"
                .formatted(bridge, name, name, peer, more));
  }

  private static Guest machine(PortSpec port, Optional<Integer> vlan) throws Exception {
    return host.ovs().plugMachine(INSTANCE, port.mac(), vlan);
  }

  @AfterAll
  static void stop() throws Exception {
    lab.close();
  }

  private static boolean pings(Guest guest, String address) {
    try {
      return guest.pings(address);
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Test
  void eachTagIsOfItsNetwork() throws Exception {
    assertThat(untagged.pings("10.0.0.12")).isTrue();
    assertThat(plain.pings("10.0.0.11")).isTrue();
    assertThat(tagged100.pings("10.1.0.13")).isTrue();
    assertThat(red.pings("10.1.0.15")).isTrue();
    assertThat(blue.pings("10.2.0.16")).isTrue();
    assertThat(tagged200.pings("10.2.0.14")).isTrue();
    tagged100.must("ip address add 10.2.0.16/24 dev eth0");
    assertThat(tagged100.run("ping -c 1 -W 1 -I 10.2.0.16 10.2.0.14").succeeded())
        .as("another's network and address")
        .isFalse();
    tagged100.must("ip address del 10.2.0.16/24 dev eth0");
  }

  @Test
  void subPortsHaveWhatPortsHave() throws Exception {
    assertThat(tagged100.run("busybox udhcpc -f -q -n -t 5 -T 1 -i eth0 -s /bin/true").output())
        .contains("lease of 10.1.0.15 obtained");
    assertThat(tagged100.pings("10.1.0.1")).as("the network's gateway").isTrue();
  }

  @Test
  void aSubPortThatIsTakenAwayIsGoneAndComesBack() throws Exception {
    assertThat(tagged200.pings("10.2.0.14")).isTrue();
    PortSpec without =
        Desired.with(Routed.port(2, 6, Desired.OPEN), Map.of("host", "", "generation", 3));
    lab.say(without);
    Eventually.isTrue("it is gone", () -> !pings(tagged200, "10.2.0.14"));
    assertThat(tagged100.pings("10.1.0.13")).as("the other stays").isTrue();
    assertThat(host.ovs().vsctl("list-ports br-int"))
        .contains("tri" + IN_RED.id().substring(0, 11))
        .doesNotContain("tri" + IN_BLUE.id().substring(0, 11));
    PortSpec again = Desired.with(IN_BLUE, Map.of("generation", 4));
    lab.say(again);
    lab.awaitWired(again);
    Eventually.isTrue("it is back", () -> pings(tagged200, "10.2.0.14"));
  }
}
