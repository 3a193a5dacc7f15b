package io.virga.netagent.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.MetadataSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.SecurityGroupSpec.Direction;
import io.virga.dataplane.watch.Eventually;
import io.virga.netagent.lab.AgentProcess;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.lab.Guest;
import io.virga.netagent.lab.Lab;
import io.virga.netagent.lab.LabHost;
import io.virga.netagent.lab.Output;
import io.virga.netagent.lab.Shell;
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

  private static final int ECHO_REQUEST = 8;
  private static final int ECHO_REPLY = 0;

  private static final PortSpec FIRST = Desired.port(1, Desired.OPEN);
  private static final PortSpec SECOND = Desired.port(2, Desired.OPEN);
  private static final PortSpec CLOSED = Desired.port(3, Desired.CLOSED);
  private static final PortSpec FOREIGN = Desired.inOtherNetwork(4, Desired.OPEN);

  @TempDir static Path directory;

  private static Lab lab;
  private static LabHost host;
  private static Guest first;
  private static Guest second;
  private static Guest closed;
  private static Guest foreign;

  @BeforeAll
  static void start() throws Exception {
    lab = Lab.start(directory.resolve("lab"), 1);
    lab.say(
        Desired.network(),
        Desired.otherNetwork(),
        Desired.open(),
        Desired.closed(),
        FIRST,
        SECOND,
        CLOSED,
        FOREIGN,
        metadata(FIRST),
        metadata(SECOND),
        metadata(FOREIGN));
    lab.startAgents();
    host = lab.host(0);
    first = host.plug(FIRST);
    second = host.plug(SECOND);
    closed = host.plug(CLOSED);
    foreign = host.plug(FOREIGN);
    lab.awaitWired(FIRST, SECOND, CLOSED, FOREIGN);
    for (Guest guest : List.of(first, second, closed, foreign)) {
      lease(guest);
    }
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
        List.of(port.id()),
        Map.of("root", "/dev/vda"));
  }

  private static String lease(Guest guest) throws Exception {
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
        guest.run("busybox udhcpc -f -q -n -t 5 -T 1 -i eth0 -O mtu -O 121 -s " + script);
    assertThat(result.output()).contains("lease ip=");
    return result.output();
  }

  @AfterAll
  static void stop() throws Exception {
    lab.close();
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
    assertThat(first.pings("10.0.0.12")).isTrue();
    assertThat(first.pings("10.0.0.13")).as("closed to new connections").isFalse();
    assertThat(closed.pings("10.0.0.11")).as("replies are let in").isTrue();
  }

  @Test
  @Order(1)
  void answersForTheGateway() throws Exception {
    assertThat(first.pings("10.0.0.1")).isTrue();
  }

  @Test
  @Order(1)
  void keepsNetworksApart() throws Exception {
    assertThat(foreign.pings("10.0.0.12")).isFalse();
    assertThat(foreign.pings("10.0.0.1")).as("its own gateway").isTrue();
  }

  @Test
  @Order(1)
  void statelessGroupsNeedARuleForAnswersToo() throws Exception {
    PortSpec port = Desired.port(5, Desired.STATELESS);
    lab.say(
        port,
        Desired.stateless(
            1, Desired.any(Direction.EGRESS), Desired.echo(Direction.INGRESS, ECHO_REQUEST)));
    Guest guest = host.plug(port).configure("10.0.0.15/24", "10.0.0.1");
    lab.awaitWired(port);
    assertThat(first.pings("10.0.0.15")).as("a rule each way").isTrue();
    assertThat(guest.pings("10.0.0.11")).as("no rule for the answer").isFalse();
    lab.say(
        Desired.stateless(
            2, Desired.any(Direction.EGRESS), Desired.echo(Direction.INGRESS, ECHO_REPLY)));
    Eventually.isTrue("answers come", () -> pings(guest, "10.0.0.11"));
    assertThat(first.pings("10.0.0.15")).as("no rule for the question").isFalse();
    String ofport = host.ovs().vsctl("get interface " + port.interfaceName() + " ofport").strip();
    assertThat(host.ovs().connections())
        .as("nothing of it is tracked")
        .contains("zone=")
        .doesNotContain("zone=" + ofport + ",", "zone=" + ofport + "\n");
  }

  private static boolean pings(Guest guest, String address) {
    try {
      return guest.pings(address);
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Test
  @Order(1)
  void dropsSpoofedSources() throws Exception {
    first.must("ip address add 10.0.0.99/32 dev eth0");
    assertThat(first.run("ping -c 2 -i 0.2 -W 1 -I 10.0.0.99 10.0.0.12").succeeded()).isFalse();
    first.must("ip address del 10.0.0.99/32 dev eth0");
    first.must("ip link set eth0 address fa:16:3e:00:00:77");
    boolean passed = first.pings("10.0.0.12");
    first.must("ip link set eth0 address " + FIRST.mac());
    assertThat(passed).as("with another MAC").isFalse();
    lease(first);
    assertThat(first.pings("10.0.0.12")).isTrue();
  }

  @Test
  @Order(1)
  void tellsEachInstanceItsOwnMetadata() throws Exception {
    String base = "curl -s --max-time 5 http://169.254.169.254";
    for (Guest guest : List.of(first, second, foreign)) {
      String name =
          guest.equals(first)
              ? FIRST.hostname()
              : guest.equals(second) ? SECOND.hostname() : FOREIGN.hostname();
      assertThat(guest.run(base + "/latest/meta-data/hostname").output()).isEqualTo(name);
      assertThat(guest.run(base + "/latest/user-data").output()).isEqualTo("data of " + name);
      assertThat(guest.run(base + "/openstack/latest/meta_data.json").output())
          .contains("\"hostname\":\"" + name + "\"");
    }
    assertThat(first.run(base + "/2009-04-04/meta-data/public-keys/0/openssh-key").output())
        .isEqualTo("ssh-ed25519 AAAA of guest-1\n");
    assertThat(first.run(base + "/openstack/latest/network_data.json").output())
        .contains("\"type\":\"ipv4_dhcp\"");
    assertThat(closed.run(base + "/latest/meta-data/ -o /dev/null -w %{http_code}").output())
        .as("a port without an instance")
        .isEqualTo("404");
  }

  @Test
  @Order(2)
  void restartChangesNoFlowAndLosesNoPacket() throws Exception {
    String before = host.ovs().ofctl("dump-flows", "--no-stats");
    Path output = directory.resolve("restart");
    Process pings = first.start(output, "ping -q -i 0.01 -c 400 10.0.0.12");
    host.stopAgent();
    host.startAgent();
    AgentProcess agent = host.agent();
    assertThat(pings.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(output)).contains("400 packets transmitted, 400 received");
    assertThat(agent.metric("virga_netagent_flows_added_total")).isZero();
    assertThat(agent.metric("virga_netagent_flows_removed_total")).isZero();
    assertThat(host.ovs().ofctl("dump-flows", "--no-stats")).isEqualTo(before);
  }

  @Test
  @Order(3)
  void revokedRuleStopsLiveConnection() throws Exception {
    Output output = new Output(directory.resolve("pings"));
    Process pings = first.start(output.file(), "ping -i 0.05 -c 1000 -w 50 10.0.0.12");
    Eventually.isTrue("an answer comes", () -> output.text().contains("bytes from 10.0.0.12"));
    lab.say(
        Desired.group(
            Desired.OPEN,
            Desired.any(Direction.EGRESS),
            Desired.tcp(Direction.INGRESS, 22, 23, "10.0.0.0/24")));
    long tookMillis = output.millisToSilence();
    pings.destroy();
    assertThat(pings.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(tookMillis).isLessThan(1000);
    Process listener = second.start(directory.resolve("listener"), "busybox nc -l -p 22");
    Eventually.isTrue(
        "TCP 22 is let in",
        () -> {
          try {
            return first.run("busybox nc -w 1 10.0.0.12 22 -e /bin/true").succeeded();
          } catch (Exception failure) {
            throw new IllegalStateException(failure);
          }
        });
    listener.destroy();
  }

  @Test
  @Order(4)
  void recoversFromForwardingThatWasKilled() throws Exception {
    host.ovs().killForwarding();
    host.ovs().startForwarding();
    Eventually.isTrue("guests ping again", () -> pings(closed, "10.0.0.1"));
  }
}
