package io.virga.netagent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.SecurityGroupSpec;
import io.virga.dataplane.desired.SecurityGroupSpec.Direction;
import io.virga.dataplane.watch.Eventually;
import io.virga.dataplane.watch.ObservedState;
import io.virga.netagent.lab.Capture;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.lab.Guest;
import io.virga.netagent.lab.Lab;
import io.virga.netagent.lab.Output;
import io.virga.netagent.lab.Underlay;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

  /** Bytes of a VXLAN packet's payload: 8 of UDP, 8 of VXLAN, then the guest's frame. */
  private static final String TUNNELLED = "udp dst port 4789";

  private static final String ARP_WITHIN = " and udp[28:2] = 0x0806";
  private static final String BROADCAST_WITHIN = " and udp[16:4] = 0xffffffff";
  private static final String FROM_10_0_0_99_WITHIN = " and udp[42:4] = 0x0a000063";

  /** As VRRP's (RFC 9568 §7.3). */
  private static final String VIRTUAL_ROUTER = "00:00:5e:00:01:07";

  private static final int LARGE_VNI = 0xfedcba;
  private static final String GUARDED_GROUP = "56000000-0000-4000-8000-000000000003";
  private static final String FRIENDS_GROUP = "56000000-0000-4000-8000-000000000004";

  private static final NetworkSpec FOREIGN =
      Desired.with(Desired.otherNetwork(), Map.of("vni", LARGE_VNI));
  private static final PortSpec ON_A = Desired.port(1, Desired.OPEN);
  private static final PortSpec ON_B = Desired.on("host-b", Desired.port(2, Desired.OPEN));
  private static final PortSpec ON_C = Desired.on("host-c", Desired.port(3, Desired.OPEN));
  private static final PortSpec FOREIGN_A = Desired.inOtherNetwork(4, Desired.OPEN);
  private static final PortSpec FOREIGN_B =
      Desired.with(
          Desired.on("host-b", Desired.inOtherNetwork(6, Desired.OPEN)),
          Map.of("addresses", ON_B.addresses()));
  private static final SecurityGroupSpec GUARDED_BY =
      Desired.group(
          GUARDED_GROUP,
          Desired.any(Direction.EGRESS),
          Desired.fromGroup(Direction.INGRESS, FRIENDS_GROUP));
  private static final PortSpec GUARDED = Desired.on("host-b", Desired.port(5, GUARDED_GROUP));
  private static final PortSpec MOVER = Desired.on("host-b", Desired.port(7, Desired.OPEN));

  @TempDir static Path directory;

  private static Lab lab;
  private static Guest guestA;
  private static Guest guestB;
  private static Guest guestC;
  private static Guest guarded;
  private static Guest foreignA;
  private static Guest foreignB;
  private static Capture arp;

  @BeforeAll
  static void start() throws Exception {
    lab = Lab.start(directory.resolve("lab"), 3);
    lab.say(Desired.network(), FOREIGN, Desired.open());
    lab.say(
        GUARDED_BY,
        new SecurityGroupSpec(FRIENDS_GROUP, 1, List.of(), List.of("10.0.0.11"), false));
    lab.say(ON_A, ON_B, ON_C, FOREIGN_A, FOREIGN_B, GUARDED, MOVER);
    lab.startAgents();
    arp =
        lab.underlay().capture(Underlay.UNDERLAY, directory.resolve("arp"), TUNNELLED + ARP_WITHIN);
    guestA = plug(0, ON_A);
    guestB = plug(1, ON_B);
    guestC = plug(2, ON_C);
    guarded = plug(1, GUARDED);
    foreignA = plug(0, FOREIGN_A);
    foreignB = plug(1, FOREIGN_B);
    lab.awaitWired(ON_A, ON_B, ON_C, GUARDED, FOREIGN_A, FOREIGN_B);
  }

  private static Guest plug(int host, PortSpec port) throws Exception {
    String address = port.addresses().getFirst().ip();
    return lab.host(host).plug(port).configure(address + "/24", "10.0.0.1");
  }

  @AfterAll
  static void stop() throws Exception {
    arp.close();
    lab.close();
  }

  private static Capture capture(String name, String within) throws Exception {
    return lab.underlay().capture(Underlay.UNDERLAY, directory.resolve(name), TUNNELLED + within);
  }

  @Test
  void guestsReachEachOtherWithoutArpOnTheUnderlay() throws Exception {
    try (Capture tunnelled = capture("vxlan", "")) {
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

  @Test
  void tenantsWithTheSameAddressesDoNotMeet() throws Exception {
    Process own = guestB.start(directory.resolve("own"), "busybox nc -ll -p 7000 -e echo own");
    Process foreign =
        foreignB.start(directory.resolve("foreign"), "busybox nc -ll -p 7000 -e echo foreign");
    try (Capture ofForeign = capture("vni", " and udp[12:4] = 0xfedcba00")) {
      Eventually.isTrue("the own one answers", () -> said(guestA).equals("own\n"));
      Eventually.isTrue("the foreign one answers", () -> said(foreignA).equals("foreign\n"));
      Eventually.isTrue("its number is on the wire", () -> !ofForeign.packets().isEmpty());
      assertThat(foreignA.pings("10.0.0.13")).as("whom its network does not have").isFalse();
    } finally {
      own.destroy();
      foreign.destroy();
    }
  }

  private static String said(Guest guest) {
    try {
      return guest.run("busybox nc -w 1 10.0.0.12 7000").output();
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Test
  void broadcastsReachEveryHostOnce() throws Exception {
    // A userspace datapath loses what is for a host while it resolves that host's MAC.
    assertThat(guestA.pings("10.0.0.12") && guestA.pings("10.0.0.13")).isTrue();
    try (Capture broadcasts = capture("broadcasts", BROADCAST_WITHIN);
        Capture atB = guestB.capture(directory.resolve("at-b"), "icmp");
        Capture atC = guestC.capture(directory.resolve("at-c"), "icmp");
        Capture atForeign = foreignB.capture(directory.resolve("at-foreign"), "icmp")) {
      guestA.run("ping -b -c 2 -i 0.2 -W 1 10.0.0.255");
      Eventually.isTrue("B has heard it", () -> atB.packets().size() == 2);
      Eventually.isTrue("C has heard it", () -> atC.packets().size() == 2);
      // tcpdump tells of each packet in two lines: of the tunnel, and of what is in it.
      assertThat(broadcasts.packets())
          .filteredOn(line -> line.contains("VXLAN"))
          .as("two packets for two hosts")
          .hasSize(4);
      assertThat(atForeign.packets()).isEmpty();
    }
  }

  @Test
  void carriesFragmentsAndTheWholeMtu() throws Exception {
    assertThat(guestA.run("ping -c 3 -i 0.2 -W 1 -s 3000 10.0.0.12").succeeded()).isTrue();
    assertThat(guestA.run("ping -c 3 -i 0.2 -W 1 -M do -s 1372 10.0.0.12").succeeded()).isTrue();
  }

  @Test
  void spoofedPacketsDoNotLeaveTheHost() throws Exception {
    guestC.must("ip address add 10.0.0.99/32 dev eth0");
    try (Capture spoofed = capture("spoofed", FROM_10_0_0_99_WITHIN)) {
      assertThat(guestC.run("ping -c 3 -i 0.2 -W 1 -I 10.0.0.99 10.0.0.12").succeeded()).isFalse();
      assertThat(spoofed.packets()).isEmpty();
    } finally {
      guestC.must("ip address del 10.0.0.99/32 dev eth0");
    }
  }

  @Test
  void groupsKnowMembersOnOtherHostsAndARevokedRuleCutsAConnection() throws Exception {
    assertThat(guestC.pings("10.0.0.15")).as("no member").isFalse();
    Output received = new Output(directory.resolve("received"));
    Output answers = new Output(directory.resolve("answers"));
    Process listener =
        guarded.start(
            received.file(),
            "sh -c 'while sleep 0.02; do echo tock; done | busybox nc -l -p 7001'");
    Process sender =
        guestA.start(
            answers.file(),
            "sh -c 'while sleep 0.02; do echo tick; done | busybox nc 10.0.0.15 7001'");
    Eventually.isTrue("the connection lives", () -> received.text().length() > 50);
    lab.say(Desired.group(GUARDED_GROUP, Desired.any(Direction.EGRESS)));
    assertThat(received.millisToSilence()).isLessThan(1000);
    assertThat(answers.millisToSilence()).as("answers go no further either").isZero();
    int cut = received.text().length();
    lab.say(GUARDED_BY);
    Eventually.isTrue("it goes on", () -> received.text().length() > cut);
    sender.destroy();
    listener.destroy();
  }

  @Test
  void aMacThatSeveralMayHaveLeadsToWhoeverHasIt() throws Exception {
    Map<String, ?> pairs =
        Map.of(
            "allowedAddressPairs",
            List.of(new PortSpec.AddressPair("10.0.0.200/32", VIRTUAL_ROUTER)));
    PortSpec first = Desired.with(Desired.on("host-b", Desired.port(8, Desired.OPEN)), pairs);
    PortSpec second = Desired.with(Desired.on("host-c", Desired.port(9, Desired.OPEN)), pairs);
    lab.say(first, second);
    Guest one = plug(1, first);
    Guest other = plug(2, second);
    lab.awaitWired(first, second);
    for (Guest guest : List.of(guestA, guestB)) {
      guest.must("ip neighbour replace 10.0.0.200 lladdr " + VIRTUAL_ROUTER + " dev eth0");
    }
    one.must("ip link set eth0 address " + VIRTUAL_ROUTER);
    one.must("ip address add 10.0.0.200/24 dev eth0");
    Eventually.isTrue("the first has it", () -> pings(guestA, "10.0.0.200"));
    assertThat(guestB.pings("10.0.0.200")).as("from its own host").isTrue();
    one.must("ip link set eth0 address " + first.mac());
    other.must("ip link set eth0 address " + VIRTUAL_ROUTER);
    other.must("ip address add 10.0.0.200/24 dev eth0");
    assertThat(guestA.pings("10.0.0.200")).as("the second has it").isTrue();
    assertThat(guestB.pings("10.0.0.200")).isTrue();
  }

  private static boolean pings(Guest guest, String address) {
    try {
      return guest.pings(address);
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Test
  void flowsFollowAPortThatMoves() throws Exception {
    Guest before = plug(1, MOVER);
    Guest after = plug(2, MOVER);
    lab.awaitWired(MOVER);
    Output output = new Output(directory.resolve("moving"));
    Process pings = guestA.start(output.file(), "ping -i 0.01 -c 300 -W 1 10.0.0.17");
    Eventually.isTrue("it answers", () -> output.text().contains("bytes from"));
    PortSpec moved = Desired.on("host-c", MOVER);
    lab.say(moved);
    lab.awaitWired(moved);
    before.must("ip link set eth0 down");
    assertThat(pings.waitFor(30, TimeUnit.SECONDS)).isTrue();
    Matcher counts =
        Pattern.compile("300 packets transmitted, (\\d+) received").matcher(output.text());
    assertThat(counts.find()).as(output.text()).isTrue();
    int lost = 300 - Integer.parseInt(counts.group(1));
    System.out.println("pings lost while a port moved, 10 ms apart: " + lost);
    assertThat(lost).isLessThan(30);
    assertThat(guestA.pings("10.0.0.17")).isTrue();
    assertThat(after.pings("10.0.0.11")).isTrue();
  }
}
