package io.virga.netagent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.NetworkSpec.Ipv6Mode;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.RouterSpec;
import io.virga.dataplane.desired.SecurityGroupSpec;
import io.virga.dataplane.desired.SecurityGroupSpec.Direction;
import io.virga.dataplane.watch.Eventually;
import io.virga.netagent.lab.Capture;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.lab.Guest;
import io.virga.netagent.lab.Ipv6World;
import io.virga.netagent.lab.Lab;
import io.virga.netagent.lab.Output;
import io.virga.netagent.lab.Outside;
import io.virga.netagent.lab.Routed;
import io.virga.netagent.lab.Underlay;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * IPv6 between guests of three hosts, within a network and through a router: real switches, real
 * packets, and what Linux and dhclient make of router advertisements and DHCPv6.
 */
@Tag("e2e")
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class Ipv6Test {

  /** Messages of neighbour discovery within VXLAN. */
  private static final String DISCOVERY =
      """
      udp dst port 4789 and udp[28:2] = 0x86dd and udp[36] = 58 and udp[70] >= 133 \
      and udp[70] <= 137""";

  private static final String FROM_99 =
      "udp dst port 4789 and udp[28:2] = 0x86dd and udp[50:4] = 0x99";

  private static final String ECHO_WITHIN =
      "udp dst port 4789 and udp[28:2] = 0x86dd and udp[36] = 58 and udp[70] = 128";

  private static final String ANY_GROUP = "56000000-0000-4000-8000-000000000061";
  private static final String GUARDED_GROUP = "56000000-0000-4000-8000-000000000062";
  private static final String FRIENDS_GROUP = "56000000-0000-4000-8000-000000000063";

  private static final PortSpec FIRST = slaac("host-a", 1, ANY_GROUP);
  private static final PortSpec SECOND = slaac("host-b", 2, ANY_GROUP);
  private static final PortSpec GUARDED = slaac("host-b", 3, GUARDED_GROUP);
  private static final PortSpec STATEFUL =
      Ipv6World.port("host-c", 1, 4, Ipv6World.address(1, "14"), ANY_GROUP);
  private static final PortSpec STATELESS =
      Ipv6World.port("host-c", 2, 5, Ipv6World.own(2, 5), ANY_GROUP);
  private static final RouterSpec INNER =
      Ipv6World.with(Ipv6World.with(Ipv6World.with(Routed.router(1), 0), 1), 2);
  private static final RouterSpec ROUTER = Ipv6World.gateway(INNER, "host-b", "host-a");

  @TempDir static Path directory;

  private static Lab lab;
  private static Outside outside;
  private static Guest first;
  private static Guest second;
  private static Guest guarded;
  private static Guest stateful;
  private static Guest stateless;
  private static Capture discovery;

  private static PortSpec slaac(String host, int number, String group) {
    return Ipv6World.port(host, 0, number, Ipv6World.own(0, number), group);
  }

  @BeforeAll
  static void start() throws Exception {
    lab = Lab.start(directory.resolve("lab"), 3);
    outside =
        Outside.start(lab.underlay(), directory.resolve("outside"))
            .ipv6("2001:db8::/64", "2001:db8:e::101");
    lab.say(
        Ipv6World.external(),
        Ipv6World.network(0, Ipv6Mode.SLAAC),
        Ipv6World.network(1, Ipv6Mode.DHCPV6_STATEFUL),
        Ipv6World.network(2, Ipv6Mode.DHCPV6_STATELESS),
        ROUTER,
        Desired.group(ANY_GROUP, Ipv6World.any(Direction.EGRESS), Ipv6World.any(Direction.INGRESS)),
        Desired.group(
            GUARDED_GROUP,
            Ipv6World.any(Direction.EGRESS),
            Ipv6World.of(Desired.fromGroup(Direction.INGRESS, FRIENDS_GROUP))),
        new SecurityGroupSpec(
            FRIENDS_GROUP, 1, List.of(), List.of(Ipv6World.own(0, 1), "10.0.0.11"), false));
    lab.say(FIRST, SECOND, GUARDED, STATEFUL, STATELESS);
    lab.say(Desired.metadata(FIRST));
    for (int host = 0; host < 2; host++) {
      lab.host(host).set("virga.netagent.bridge-mappings", Routed.WIRE + ":br-ex");
    }
    lab.startAgents();
    for (int host = 0; host < 2; host++) {
      lab.host(host).connectToWire(lab, "br-ex");
    }
    discovery =
        lab.underlay().capture(Underlay.UNDERLAY, directory.resolve("discovery"), DISCOVERY);
    first = lab.host(0).plug(FIRST);
    second = lab.host(1).plug(SECOND);
    guarded = lab.host(1).plug(GUARDED);
    stateful = lab.host(2).plug(STATEFUL);
    stateless = lab.host(2).plug(STATELESS);
    lab.awaitWired(FIRST, SECOND, GUARDED, STATEFUL, STATELESS);
    Eventually.isTrue("addresses are made", () -> has(first, Ipv6World.own(0, 1)));
    Eventually.isTrue("addresses are made", () -> has(second, Ipv6World.own(0, 2)));
    Eventually.isTrue("addresses are made", () -> has(guarded, Ipv6World.own(0, 3)));
    Eventually.isTrue("addresses are made", () -> has(stateless, Ipv6World.own(2, 5)));
    // A switch drops what it sends into a tunnel until it has resolved the other end.
    Eventually.isTrue("the tunnel works", () -> pings(first, Ipv6World.own(0, 2)));
    Eventually.isTrue("the tunnel works", () -> pings(first, Ipv6World.own(2, 5)));
  }

  @AfterAll
  static void stop() throws Exception {
    discovery.close();
    outside.close();
    lab.close();
  }

  @Test
  @Order(1)
  void guestsReachEachOtherWithoutDiscoveryOnTheUnderlay() throws Exception {
    assertThat(second.pings(Ipv6World.own(0, 1))).isTrue();
    assertThat(first.pings(Ipv6World.linkLocal(2) + "%eth0")).as("by their link").isTrue();
    assertThat(first.run("ping -c 2 -i 0.2 -W 1 -s 3000 " + Ipv6World.own(0, 2)).succeeded())
        .as("fragments")
        .isTrue();
    assertThat(first.must("ip -6 neighbour show " + Ipv6World.own(0, 2)))
        .contains("fa:16:3e:00:00:02");
    assertThat(discovery.packets()).isEmpty();
  }

  @Test
  @Order(1)
  void advertisementsTellOfTheRouterAndOfTheMtu() throws Exception {
    assertThat(first.must("ip -6 route show default"))
        .contains("via fe80::f816:3eff:fef6:100 dev eth0 proto ra");
    assertThat(first.must("sysctl -n net.ipv6.conf.eth0.mtu")).isEqualTo("1400\n");
    assertThat(stateful.must("ip -6 address show dev eth0 scope global"))
        .as("who is to ask for an address makes none")
        .isEmpty();
    assertThat(stateful.must("ip -6 route show default")).contains("proto ra");
  }

  @Test
  @Order(1)
  void asksForItsAddressByDhcp() throws Exception {
    String told = dhclient(stateful, "-6 -1");
    assertThat(told).contains("new_ip6_address=" + Ipv6World.address(1, "14"));
    assertThat(told).contains("new_dhcp6_name_servers=" + Ipv6World.DNS_SERVER);
    assertThat(stateful.pings(Ipv6World.own(0, 1))).isTrue();
    assertThat(first.pings(Ipv6World.address(1, "14"))).isTrue();
  }

  @Test
  @Order(1)
  void asksForTheRestByDhcp() throws Exception {
    assertThat(dhclient(stateless, "-6 -1 -S"))
        .contains("new_dhcp6_name_servers=" + Ipv6World.DNS_SERVER)
        .doesNotContain("new_ip6_address");
  }

  /** What the client has been told; it gives the address to the card. */
  private static String dhclient(Guest guest, String options) throws Exception {
    Path told = directory.resolve("told-" + guest.namespace());
    Path script = directory.resolve("script-" + guest.namespace());
    Files.writeString(
        script,
        """
        #!/bin/sh
        env | grep ^new_ >> %s
        [ -z "$new_ip6_address" ] || ip -6 address add $new_ip6_address/64 dev eth0 nodad
        """
            .formatted(told));
    assertThat(script.toFile().setExecutable(true)).isTrue();
    Path leases = directory.resolve("leases-" + guest.namespace());
    Path pid = directory.resolve("pid-" + guest.namespace());
    guest.must(
        "timeout 20 dhclient %s -sf %s -lf %s -pf %s eth0".formatted(options, script, leases, pid));
    if (Files.exists(pid)) {
      guest.must("kill " + Files.readString(pid).strip());
    }
    return Files.readString(told);
  }

  @Test
  @Order(1)
  void routesAndTellsWhyAPacketGoesNoFurther() throws Exception {
    String far = Ipv6World.own(2, 5);
    assertThat(first.run("ping -c 1 -W 1 " + far).output()).as("one hop").contains("ttl=63");
    assertThat(first.run("ping -c 1 -W 2 -t 1 " + far).output())
        .contains("From 2001:db8::1 icmp_seq=1 Time exceeded: Hop limit");
    assertThat(first.run("ping -c 1 -W 2 2001:db8:2::99").output())
        .contains("From 2001:db8::1 icmp_seq=1 Destination unreachable: Address unreachable");
  }

  @Test
  @Order(4)
  void aRouterWithoutAGatewayHasNoRouteToTheOutside() throws Exception {
    lab.say(Routed.with(INNER, Map.of("generation", 60)));
    Eventually.isTrue("there is no way out", () -> !pings(first, "2001:db8:f::1"));
    assertThat(first.run("ping -c 1 -W 2 2001:db8:f::1").output())
        .contains("From 2001:db8::1 icmp_seq=1 Destination unreachable: No route");
  }

  @Test
  @Order(1)
  void routerAnswersOnItsAddresses() throws Exception {
    assertThat(first.pings("2001:db8::1")).isTrue();
    assertThat(first.pings("2001:db8:2::1")).as("on its far side").isTrue();
    assertThat(first.pings("fe80::f816:3eff:fef6:100%eth0")).as("on the link").isTrue();
  }

  @Test
  @Order(1)
  void leavesByTheGatewayOfAnotherHostAndComesBack() throws Exception {
    assertThat(first.run("ping -c 3 -i 0.2 -W 1 2001:db8:e::1").output())
        .as("the next router")
        .contains("3 received");
    assertThat(first.pings("2001:db8:f::1")).as("beyond it").isTrue();
    assertThat(first.run("ping -c 1 -W 2 2001:db8:e::7").output())
        .as("a machine that nobody has asked for before")
        .contains("1 received");
    assertThat(second.pings("2001:db8:f::1")).as("on the gateway's host").isTrue();
    assertThat(outside.pings(Ipv6World.own(0, 1))).as("by its own address").isTrue();
    assertThat(outside.pings(Ipv6World.own(0, 3))).as("not let in by its groups").isFalse();
    assertThat(outside.pings("2001:db8:e::101")).as("the gateway itself").isTrue();
  }

  @Test
  @Order(3)
  void leavesByAnotherHostWhenThatBecomesTheGateway() throws Exception {
    assertThat(first.pings("2001:db8:f::1")).isTrue();
    lab.say(Routed.with(Ipv6World.gateway(ROUTER, "host-a"), Map.of("generation", 50)));
    try (Capture tunnelled =
        lab.underlay().capture(Underlay.UNDERLAY, directory.resolve("to-gateway"), ECHO_WITHIN)) {
      Eventually.isTrue("it comes back", () -> pings(first, "2001:db8:f::1"));
      Eventually.isTrue("it leaves by its own host", () -> !isTunnelled(tunnelled));
    }
    assertThat(second.pings("2001:db8:f::1")).isTrue();
    assertThat(outside.pings(Ipv6World.own(0, 2))).isTrue();
  }

  @Test
  @Order(1)
  void metadataIsToldByThePortThatAsks() throws Exception {
    String asking =
        "curl -s -g --max-time 5 http://[fe80::a9fe:a9fe%25eth0]/latest/meta-data/hostname";
    assertThat(first.run(asking).output()).isEqualTo("guest-1");
    assertThat(second.run(asking).output()).isEmpty();
  }

  @Test
  @Order(1)
  void spoofedPacketsDoNotLeaveTheHost() throws Exception {
    second.must("ip -6 address add 2001:db8::99/128 dev eth0 nodad");
    try (Capture spoofed =
        lab.underlay().capture(Underlay.UNDERLAY, directory.resolve("spoofed"), FROM_99)) {
      assertThat(
              second
                  .run("ping -c 3 -i 0.2 -W 1 -I 2001:db8::99 " + Ipv6World.own(0, 1))
                  .succeeded())
          .isFalse();
      assertThat(spoofed.packets()).isEmpty();
    } finally {
      second.must("ip -6 address del 2001:db8::99/128 dev eth0");
    }
  }

  @Test
  @Order(1)
  void noGuestPassesForARouterOrForANeighbour() throws Exception {
    Path script = directory.resolve("discovery.py");
    // An advertisement of a router, then one of a neighbour who says it has the first guest's
    // address, and one of its own, which no guest needs to hear.
    Files.writeString(
        script,
        """
        import socket
        s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
        to = ("ff02::1", 0, 0, socket.if_nametoindex("eth0"))
        mac = bytes.fromhex("fa163e000003")
        s.sendto(bytes.fromhex("86000000" "40000708" "00000000" "00000000" "0101") + mac, to)
        for address in "2001:db8::f816:3eff:fe00:1", "2001:db8::f816:3eff:fe00:3":
            target = socket.inet_pton(socket.AF_INET6, address)
            s.sendto(bytes.fromhex("88000000" "20000000") + target + bytes.fromhex("0201") + mac, to)
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 1)
        s.sendto(bytes.fromhex("8000000000010001"), to)
        """);
    try (Capture heard =
        second.capture(directory.resolve("heard"), "icmp6 and ether src fa:16:3e:00:00:03")) {
      guarded.must("python3 " + script);
      Eventually.isTrue("the echo has come", () -> told(heard, "echo request"));
      assertThat(heard.packets())
          .noneMatch(
              line -> line.contains("> 33:33:00:00:00:01") && line.contains("advertisement"));
    }
    assertThat(second.pings(Ipv6World.own(0, 1))).isTrue();
  }

  /** Whether a ping to the outside from a guest of the gateway is seen between hosts. */
  private static boolean isTunnelled(Capture capture) {
    int before = capture.packets().size();
    return !pings(first, "2001:db8:f::1") || capture.packets().size() > before;
  }

  private static boolean told(Capture capture, String word) {
    return capture.packets().stream().anyMatch(line -> line.contains(word));
  }

  @Test
  @Order(2)
  void groupsKnowMembersOnOtherHostsAndARevokedRuleCutsAConnection() throws Exception {
    String address = Ipv6World.own(0, 3);
    assertThat(second.pings(address)).as("no member").isFalse();
    assertThat(first.pings(address)).as("a member").isTrue();
    assertThat(guarded.pings(Ipv6World.own(0, 2))).as("answers are let in").isTrue();
    Output received = new Output(directory.resolve("received"));
    Output answers = new Output(directory.resolve("answers"));
    Process listener =
        guarded.start(
            received.file(),
            "sh -c 'while sleep 0.02; do echo tock; done | busybox nc -l -p 7001'");
    Process sender =
        first.start(
            answers.file(),
            "sh -c 'while sleep 0.02; do echo tick; done | busybox nc %s 7001'".formatted(address));
    Eventually.isTrue("the connection lives", () -> received.text().length() > 50);
    lab.say(Desired.group(GUARDED_GROUP, Ipv6World.any(Direction.EGRESS)));
    assertThat(received.millisToSilence()).isLessThan(1000);
    assertThat(answers.millisToSilence()).as("answers go no further either").isZero();
    sender.destroy();
    listener.destroy();
  }

  @Test
  @Order(3)
  void restartLosesNoPacket() throws Exception {
    Path output = directory.resolve("pings");
    Process pings = first.start(output, "ping -q -i 0.01 -c 400 " + Ipv6World.own(2, 5));
    lab.host(0).stopAgent();
    lab.host(0).startAgent();
    lab.host(0).agent();
    assertThat(pings.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(output)).contains("400 packets transmitted, 400 received");
    assertThat(lab.host(0).agent().metric("virga_netagent_flows_added_total")).isZero();
    assertThat(lab.host(0).agent().metric("virga_netagent_flows_removed_total")).isZero();
  }

  @Test
  @Order(5)
  void aRouterThatGoesIsNoDefaultRouterAnyMore() throws Exception {
    lab.say(Routed.with(ROUTER, Map.of("adminUp", false, "generation", 99)));
    Eventually.isTrue("no way out", () -> run(first, "ip -6 route show default").isEmpty());
    assertThat(first.pings(Ipv6World.own(2, 5))).isFalse();
    assertThat(first.pings(Ipv6World.own(0, 2))).as("within the network").isTrue();
  }

  private static boolean has(Guest guest, String address) {
    return run(guest, "ip -6 address show dev eth0 scope global -tentative").contains(address);
  }

  private static boolean pings(Guest guest, String address) {
    try {
      return guest.pings(address);
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static String run(Guest guest, String words) {
    try {
      return guest.run(words).output();
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }
}
