package io.virga.netagent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.watch.Eventually;
import io.virga.dataplane.watch.ObservedState;
import io.virga.netagent.lab.Capture;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.lab.Guest;
import io.virga.netagent.lab.Lab;
import io.virga.netagent.lab.Underlay;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A flat network and one in a VLAN, on a wire of two hosts, with machines that are not ours. */
@Tag("e2e")
@Timeout(120)
class ProviderWireTest {

  private static final NetworkSpec FLAT =
      Desired.onWire(Desired.network(), "physnet1", Optional.empty());
  private static final NetworkSpec TAGGED =
      Desired.onWire(Desired.otherNetwork(), "physnet1", Optional.of(100));
  private static final PortSpec FLAT_A = Desired.port(1, Desired.OPEN);
  private static final PortSpec FLAT_B = Desired.on("host-b", Desired.port(2, Desired.OPEN));
  private static final PortSpec TAGGED_A = Desired.inOtherNetwork(3, Desired.OPEN);
  private static final PortSpec TAGGED_B =
      Desired.on("host-b", Desired.inOtherNetwork(4, Desired.OPEN));

  @TempDir static Path directory;

  private static Lab lab;
  private static Guest flatA;
  private static Guest taggedA;
  private static Guest untaggedMachine;
  private static Guest taggedMachine;
  private static Capture tunnelled;

  @BeforeAll
  static void start() throws Exception {
    lab = Lab.start(directory.resolve("lab"), 2);
    lab.say(FLAT, TAGGED, Desired.open(), FLAT_A, FLAT_B, TAGGED_A, TAGGED_B);
    for (int host = 0; host < 2; host++) {
      lab.host(host).set("virga.netagent.bridge-mappings", "physnet1:br-ex");
    }
    lab.startAgents();
    tunnelled =
        lab.underlay().capture(Underlay.UNDERLAY, directory.resolve("vxlan"), "udp port 4789");
    for (int host = 0; host < 2; host++) {
      lab.host(host).connectToWire(lab, "br-ex");
    }
    untaggedMachine = lab.host(1).ovs().plugMachine("br-ex", "02:00:00:00:00:01", Optional.empty());
    taggedMachine = lab.host(1).ovs().plugMachine("br-ex", "02:00:00:00:00:02", Optional.of(100));
    untaggedMachine.configure("10.0.0.99/24", "10.0.0.254");
    taggedMachine.configure("10.0.0.99/24", "10.0.0.254");
    flatA = lab.host(0).plug(FLAT_A).configure("10.0.0.11/24", "10.0.0.254");
    taggedA = lab.host(0).plug(TAGGED_A).configure("10.0.0.13/24", "10.0.0.254");
    lab.host(1).plug(FLAT_B).configure("10.0.0.12/24", "10.0.0.254");
    lab.host(1).plug(TAGGED_B).configure("10.0.0.14/24", "10.0.0.254");
    lab.awaitWired(FLAT_A, FLAT_B, TAGGED_A, TAGGED_B);
  }

  @AfterAll
  static void stop() throws Exception {
    tunnelled.close();
    lab.close();
  }

  @Test
  void guestsAndMachinesReachEachOtherOverTheWire() throws Exception {
    assertThat(flatA.pings("10.0.0.12")).as("a guest on the other host").isTrue();
    assertThat(flatA.pings("10.0.0.99")).as("a machine").isTrue();
    assertThat(untaggedMachine.pings("10.0.0.11")).as("from a machine").isTrue();
    assertThat(tunnelled.packets()).isEmpty();
  }

  @Test
  void framesOfAVlanHaveItsTagOnTheWireOnly() throws Exception {
    try (Capture tagged =
        lab.underlay().capture(Underlay.PROVIDER, directory.resolve("vlan"), "vlan 100 and icmp")) {
      assertThat(taggedA.pings("10.0.0.14")).as("a guest on the other host").isTrue();
      assertThat(taggedA.pings("10.0.0.99")).as("a machine").isTrue();
      assertThat(taggedMachine.pings("10.0.0.13")).as("from a machine").isTrue();
      Eventually.isTrue("tagged frames were seen", () -> tagged.packets().size() >= 12);
    }
  }

  @Test
  void networksOnOneWireDoNotMeet() throws Exception {
    assertThat(flatA.pings("10.0.0.13")).isFalse();
    assertThat(taggedA.pings("10.0.0.11")).isFalse();
    assertThat(untaggedMachine.pings("10.0.0.13")).isFalse();
    assertThat(
            lab.host(0)
                .ovs()
                .trace(
                    "in_port=tap%s,dl_vlan=100,dl_src=%s,dl_dst=02:00:00:00:00:02,ip,nw_src=10.0.0.11"
                        .formatted(FLAT_A.id().substring(0, 11), FLAT_A.mac())))
        .as("a tag that a guest has made")
        .contains("Datapath actions: drop");
  }

  @Test
  void saysWhichWireIsNotThere() throws Exception {
    NetworkSpec lost =
        Desired.with(
            Desired.onWire(Desired.network(), "physnet9", Optional.of(9)),
            Map.of("id", "6f000000-0000-4000-8000-000000000009", "vni", 4719));
    PortSpec port = Desired.with(Desired.port(9, Desired.OPEN), Map.of("networkId", lost.id()));
    lab.say(lost, port);
    lab.host(0).plug(port);
    Eventually.isTrue(
        "the port has failed",
        () ->
            lab.control()
                .observed("port", port.id())
                .filter(state -> state.status() == ObservedState.Status.FAILED)
                .isPresent());
    assertThat(lab.control().observed("port", port.id()).orElseThrow().error())
        .contains(
            "the host host-a has no bridge that is mapped to the physical network 'physnet9'");
  }

  @Test
  void tellsControlWhichWiresReachTheHost() {
    assertThat(lab.control().observed("host", "host-b").orElseThrow().details())
        .containsEntry("bridgeMappings", "physnet1:br-ex");
  }
}
