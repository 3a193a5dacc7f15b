package io.virga.netagent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.watch.ObservedState;
import io.virga.netagent.lab.Capture;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.lab.Guest;
import io.virga.netagent.lab.Lab;
import io.virga.netagent.lab.Underlay;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tenants' networks over VXLAN between three hosts: real switches, real packets. */
@Tag("e2e")
@Timeout(120)
class OverlayTest {

  /** VXLAN packets whose frame within is ARP: 8 bytes of UDP, 8 of VXLAN, then Ethernet. */
  private static final String TUNNELLED_ARP = "udp dst port 4789 and udp[28:2] = 0x0806";

  private static final PortSpec ON_A = Desired.port(1, Desired.OPEN);
  private static final PortSpec ON_B = Desired.on("host-b", Desired.port(2, Desired.OPEN));
  private static final PortSpec ON_C = Desired.on("host-c", Desired.port(3, Desired.OPEN));
  private static final PortSpec FOREIGN_A = Desired.inOtherNetwork(4, Desired.OPEN);

  @TempDir static Path directory;

  private static Lab lab;
  private static Guest guestA;
  private static Guest guestB;
  private static Guest guestC;
  private static Capture arp;

  @BeforeAll
  static void start() throws Exception {
    lab = Lab.start(directory.resolve("lab"), 3);
    lab.say(Desired.network(), Desired.otherNetwork(), Desired.open());
    lab.say(ON_A, ON_B, ON_C, FOREIGN_A);
    lab.startAgents();
    arp = lab.underlay().capture(Underlay.UNDERLAY, directory.resolve("arp"), TUNNELLED_ARP);
    guestA = lab.host(0).plug(ON_A).configure("10.0.0.11/24", "10.0.0.1");
    guestB = lab.host(1).plug(ON_B).configure("10.0.0.12/24", "10.0.0.1");
    guestC = lab.host(2).plug(ON_C).configure("10.0.0.13/24", "10.0.0.1");
    lab.awaitWired(ON_A, ON_B, ON_C);
  }

  @AfterAll
  static void stop() throws Exception {
    arp.close();
    lab.close();
  }

  @Test
  void guestsReachEachOtherWithoutArpOnTheUnderlay() throws Exception {
    try (Capture tunnelled =
        lab.underlay().capture(Underlay.UNDERLAY, directory.resolve("vxlan"), "udp port 4789")) {
      assertThat(guestA.pings("10.0.0.12")).isTrue();
      assertThat(guestA.pings("10.0.0.13")).isTrue();
      assertThat(guestC.pings("10.0.0.12")).isTrue();
      assertThat(guestB.pings("10.0.0.11")).isTrue();
      assertThat(tunnelled.packets()).isNotEmpty();
    }
    assertThat(arp.packets()).isEmpty();
  }

  @Test
  void tellsControlWhereTheHostTakesTunnelledPackets() {
    assertThat(lab.control().observed("host", "host-b").map(ObservedState::details))
        .hasValueSatisfying(
            details -> assertThat(details).containsEntry("tunnelAddress", "192.0.2.12"));
  }
}
