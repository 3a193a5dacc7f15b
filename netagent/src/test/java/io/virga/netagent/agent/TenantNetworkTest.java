package io.virga.netagent.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.MetadataSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.SecurityGroupSpec;
import io.virga.dataplane.desired.SecurityGroupSpec.Direction;
import io.virga.dataplane.watch.Eventually;
import io.virga.netagent.lab.AgentProcess;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.lab.Shell;
import io.virga.netagent.lab.Switch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/** A tenant's network on one host: real switch, real packets, namespaces as guests. */
@Tag("e2e")
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TenantNetworkTest {

  private static final PortSpec FIRST = Desired.port(1, Desired.OPEN);
  private static final PortSpec SECOND = Desired.port(2, Desired.OPEN);
  private static final PortSpec CLOSED = Desired.port(3, Desired.CLOSED);
  private static final PortSpec FOREIGN = Desired.inOtherNetwork(4, Desired.OPEN);

  @TempDir static Path directory;

  private static Switch ovs;
  private static AgentProcess agent;
  private static String first;
  private static String second;
  private static String closed;
  private static String foreign;

  @BeforeAll
  static void start() throws Exception {
    ovs = Switch.start();
    agent = AgentProcess.start(ovs, directory, desired(Desired.open()));
    first = ovs.plugGuest(FIRST.id(), FIRST.mac());
    second = ovs.plugGuest(SECOND.id(), SECOND.mac());
    closed = ovs.plugGuest(CLOSED.id(), CLOSED.mac());
    foreign = ovs.plugGuest(FOREIGN.id(), FOREIGN.mac());
    Eventually.isTrue("all ports are wired", () -> agent.metric("virga_netagent_ports_wired") == 4);
    for (String guest : List.of(first, second, closed, foreign)) {
      lease(guest);
    }
  }

  private static DesiredState[] desired(SecurityGroupSpec open) {
    return new DesiredState[] {
      Desired.network(),
      Desired.otherNetwork(),
      open,
      Desired.closed(),
      FIRST,
      SECOND,
      CLOSED,
      FOREIGN,
      metadata(FIRST),
      metadata(SECOND),
      metadata(FOREIGN)
    };
  }

  private static MetadataSpec metadata(PortSpec port) {
    return new MetadataSpec(
        "10000000-0000-4000-8000-" + port.id().substring(24),
        1,
        "project",
        port.hostname(),
        port.hostname(),
        "nova",
        Map.of("mine", "ssh-ed25519 AAAA of " + port.hostname()),
        Map.of("role", "test"),
        Optional.of(
            Base64.getEncoder().encodeToString(("data of " + port.hostname()).getBytes(UTF_8))),
        List.of(port.id()));
  }

  private static String lease(String guest) throws Exception {
    Path script = directory.resolve("udhcpc.script");
    Files.writeString(
        script,
        """
        #!/bin/sh
        [ "$1" = bound ] || exit 0
        ip address flush dev $interface
        ip address add $ip/$mask dev $interface
        ip link set $interface mtu $mtu
        set -- $staticroutes
        while [ $# -ge 2 ]; do
          if [ $2 = 0.0.0.0 ]; then ip route add $1 dev $interface; else ip route add $1 via $2; fi
          shift 2
        done
        echo "lease ip=$ip mask=$mask router=$router dns=$dns mtu=$mtu hostname=$hostname lease=$lease"
        echo "routes $staticroutes"
        """);
    assertThat(script.toFile().setExecutable(true)).isTrue();
    Shell.Result result =
        Switch.in(guest, "busybox udhcpc -f -q -n -t 5 -T 1 -i eth0 -O mtu -O 121 -s " + script);
    assertThat(result.output()).contains("lease ip=");
    return result.output();
  }

  @AfterAll
  static void stop() throws Exception {
    try {
      agent.close();
    } finally {
      ovs.close();
    }
  }

  private static boolean pings(String guest, String address) throws Exception {
    return Switch.in(guest, "ping -c 2 -i 0.2 -W 1 " + address).succeeded();
  }

  @Test
  @Order(1)
  void leasesWhatIsDesired() throws Exception {
    assertThat(lease(first))
        .contains("ip=10.0.0.11 mask=24 router=10.0.0.1 dns=9.9.9.9 mtu=1400 hostname=guest-1")
        .contains("lease=86400")
        .contains("169.254.169.254/32 10.0.0.1 10.9.0.0/16 10.0.0.254 0.0.0.0/0 10.0.0.1");
  }

  @Test
  @Order(1)
  void letsPassWhatGroupsLetPass() throws Exception {
    assertThat(pings(first, "10.0.0.12")).isTrue();
    assertThat(pings(first, "10.0.0.13")).as("closed to new connections").isFalse();
    assertThat(pings(closed, "10.0.0.11")).as("replies are let in").isTrue();
  }

  @Test
  @Order(1)
  void answersForTheGateway() throws Exception {
    assertThat(pings(first, "10.0.0.1")).isTrue();
  }

  @Test
  @Order(1)
  void keepsNetworksApart() throws Exception {
    assertThat(pings(foreign, "10.0.0.12")).isFalse();
    assertThat(pings(foreign, "10.0.0.1")).as("its own gateway").isTrue();
  }

  @Test
  @Order(1)
  void dropsSpoofedSources() throws Exception {
    Shell.line("ip -n " + first + " address add 10.0.0.99/32 dev eth0");
    assertThat(Switch.in(first, "ping -c 2 -i 0.2 -W 1 -I 10.0.0.99 10.0.0.12").succeeded())
        .isFalse();
    Shell.line("ip -n " + first + " address del 10.0.0.99/32 dev eth0");
    Shell.line("ip -n " + first + " link set eth0 address fa:16:3e:00:00:77");
    boolean passed = pings(first, "10.0.0.12");
    Shell.line("ip -n " + first + " link set eth0 address " + FIRST.mac());
    assertThat(passed).as("with another MAC").isFalse();
    lease(first);
    assertThat(pings(first, "10.0.0.12")).isTrue();
  }

  @Test
  @Order(1)
  void tellsEachInstanceItsOwnMetadata() throws Exception {
    String base = "curl -s --max-time 5 http://169.254.169.254";
    for (String guest : List.of(first, second, foreign)) {
      String name =
          guest.equals(first)
              ? FIRST.hostname()
              : guest.equals(second) ? SECOND.hostname() : FOREIGN.hostname();
      assertThat(Switch.in(guest, base + "/latest/meta-data/hostname").output()).isEqualTo(name);
      assertThat(Switch.in(guest, base + "/latest/user-data").output())
          .isEqualTo("data of " + name);
      assertThat(Switch.in(guest, base + "/openstack/latest/meta_data.json").output())
          .contains("\"hostname\":\"" + name + "\"");
    }
    assertThat(Switch.in(first, base + "/2009-04-04/meta-data/public-keys/0/openssh-key").output())
        .isEqualTo("ssh-ed25519 AAAA of guest-1\n");
    assertThat(Switch.in(first, base + "/openstack/latest/network_data.json").output())
        .contains("\"type\":\"ipv4_dhcp\"");
    assertThat(Switch.in(closed, base + "/latest/meta-data/ -o /dev/null -w %{http_code}").output())
        .as("a port without an instance")
        .isEqualTo("404");
  }

  @Test
  @Order(2)
  void restartChangesNoFlowAndLosesNoPacket() throws Exception {
    String before = ovs.ofctl("dump-flows", "--no-stats");
    Process pings =
        new ProcessBuilder(
                ("ip netns exec " + first + " ping -q -i 0.01 -c 400 10.0.0.12").split(" "))
            .redirectErrorStream(true)
            .start();
    agent.close();
    agent = AgentProcess.start(ovs, directory, desired(Desired.open()));
    assertThat(pings.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String result = new String(pings.getInputStream().readAllBytes(), UTF_8);
    assertThat(result).contains("400 packets transmitted, 400 received");
    assertThat(agent.metric("virga_netagent_flows_added_total")).isZero();
    assertThat(agent.metric("virga_netagent_flows_removed_total")).isZero();
    assertThat(ovs.ofctl("dump-flows", "--no-stats")).isEqualTo(before);
  }

  @Test
  @Order(3)
  void revokedRuleStopsLiveConnection() throws Exception {
    Process pings =
        new ProcessBuilder(
                ("ip netns exec " + first + " ping -i 0.05 -c 1000 -w 50 10.0.0.12").split(" "))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("pings").toFile())
            .start();
    agent.close();
    agent =
        AgentProcess.start(
            ovs,
            directory,
            desired(
                Desired.group(
                    Desired.OPEN,
                    Desired.any(Direction.EGRESS),
                    Desired.tcp(Direction.INGRESS, 22, 23, "10.0.0.0/24"))));
    String revoked = Files.readString(directory.resolve("pings"));
    boolean stillPings = pings(first, "10.0.0.12");
    pings.destroy();
    assertThat(pings.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(revoked).contains("bytes from 10.0.0.12");
    assertThat(stillPings).isFalse();
    long late =
        Files.readString(directory.resolve("pings")).lines().count() - revoked.lines().count();
    assertThat(late).as("answers after the rule was gone").isLessThan(3);
    Process listener =
        new ProcessBuilder(("ip netns exec " + second + " busybox nc -l -p 22").split(" ")).start();
    Eventually.isTrue(
        "TCP 22 is let in",
        () -> {
          try {
            return Switch.in(first, "busybox nc -w 1 10.0.0.12 22 -e /bin/true").succeeded();
          } catch (Exception failure) {
            throw new IllegalStateException(failure);
          }
        });
    listener.destroy();
  }

  @Test
  @Order(4)
  void recoversFromForwardingThatWasKilled() throws Exception {
    ovs.killForwarding();
    ovs.startForwarding();
    Eventually.isTrue(
        "guests ping again",
        () -> {
          try {
            return pings(closed, "10.0.0.1");
          } catch (Exception failure) {
            throw new IllegalStateException(failure);
          }
        });
  }
}
