package io.virga.netagent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.PortQos;
import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.lab.Capture;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.lab.Guest;
import io.virga.netagent.lab.Lab;
import io.virga.netagent.lab.LabHost;
import io.virga.netagent.lab.Load;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What QoS policies allow ports: real switch, real packets, rates as they arrive. */
@Tag("e2e")
@Timeout(120)
class LimitsTest {

  private static final Percentage CLOSE = Percentage.withPercentage(12);
  private static final PortQos NONE =
      new PortQos(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  @TempDir static Path directory;

  private static Lab lab;
  private static LabHost host;
  private static PortSpec sender = Desired.port(1, Desired.OPEN);
  private static PortSpec receiver = Desired.port(2, Desired.OPEN);
  private static Guest from;
  private static Guest to;
  private static Load load;

  @BeforeAll
  static void start() throws Exception {
    lab = Lab.start(directory.resolve("lab"), 1);
    load = new Load(directory.resolve("load"));
    lab.say(Desired.network(), Desired.open(), sender, receiver);
    lab.startAgents();
    host = lab.host(0);
    from = host.plug(sender).configure("10.0.0.11/24", "10.0.0.1");
    to = host.plug(receiver).configure("10.0.0.12/24", "10.0.0.1");
    lab.awaitWired(sender, receiver);
  }

  @AfterAll
  static void stop() throws Exception {
    lab.close();
  }

  private static PortSpec say(PortSpec port, PortQos qos) {
    PortSpec next = Desired.with(port, Map.of("qos", qos, "generation", port.generation() + 1));
    lab.say(next);
    lab.awaitWired(next);
    return next;
  }

  private static void limit(PortQos ofSender, PortQos ofReceiver) {
    sender = say(sender, ofSender);
    receiver = say(receiver, ofReceiver);
  }

  private static PortQos bandwidth(long egress, long ingress) {
    return new PortQos(
        Optional.of(new PortQos.Bandwidth(egress, 0)),
        Optional.of(new PortQos.Bandwidth(ingress, 0)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static PortQos packets(long egress, long ingress) {
    return new PortQos(
        Optional.empty(),
        Optional.empty(),
        Optional.of(new PortQos.PacketRate(egress, 0)),
        Optional.of(new PortQos.PacketRate(ingress, 0)),
        Optional.empty());
  }

  @Test
  void bandwidthIsLimitedEachWayAndStaysSoOverARestart() throws Exception {
    limit(bandwidth(8000, 4000), NONE);
    assertThat(load.send(from, to, "10.0.0.12", 1200, 2500).kilobitsPerSecond())
        .as("what it sends")
        .isCloseTo(8000, CLOSE);
    assertThat(load.send(to, from, "10.0.0.11", 1200, 1500).kilobitsPerSecond())
        .as("what it receives")
        .isCloseTo(4000, CLOSE);
    host.stopAgent();
    host.startAgent();
    assertThat(host.agent().metric("virga_netagent_flows_added_total")).isZero();
    assertThat(host.agent().metric("virga_netagent_flows_removed_total")).isZero();
    assertThat(load.send(from, to, "10.0.0.12", 1200, 2500).kilobitsPerSecond())
        .as("after a restart of the agent")
        .isCloseTo(8000, CLOSE);
    limit(bandwidth(4000, 4000), NONE);
    assertThat(load.send(from, to, "10.0.0.12", 1200, 1500).kilobitsPerSecond())
        .as("another limit")
        .isCloseTo(4000, CLOSE);
  }

  @Test
  void packetsAreLimitedEachWay() throws Exception {
    limit(packets(1, 5), packets(5, 5));
    assertThat(load.send(from, to, "10.0.0.12", 60, 3000).packetsPerSecond())
        .as("what it sends")
        .isCloseTo(1000, CLOSE);
    limit(packets(5, 1), packets(5, 5));
    assertThat(load.send(to, from, "10.0.0.11", 60, 3000).packetsPerSecond())
        .as("what it receives")
        .isCloseTo(1000, CLOSE);
  }

  @Test
  void limitsThatAreTakenAwayAreGone() throws Exception {
    limit(bandwidth(1000, 1000), bandwidth(1000, 1000));
    assertThat(host.ovs().ofctl("dump-meters")).contains("kbps");
    limit(NONE, NONE);
    assertThat(host.ovs().ofctl("dump-meters")).contains("pktps").doesNotContain("kbps");
    assertThat(load.send(from, to, "10.0.0.12", 1200, 1000).packetsPerSecond())
        .as("all, of which the limit would let 100 pass")
        .isGreaterThan(700);
  }

  @Test
  void marksWhatAPortSends() throws Exception {
    limit(
        new PortQos(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(46)),
        NONE);
    try (Capture marked = to.capture(directory.resolve("46"), "src 10.0.0.11 and ip[1] = 184")) {
      assertThat(from.pings("10.0.0.12")).isTrue();
      assertThat(marked.packets()).anyMatch(line -> line.contains("echo request"));
    }
    limit(NONE, NONE);
    try (Capture plain = to.capture(directory.resolve("0"), "src 10.0.0.11 and ip[1] = 0")) {
      assertThat(from.pings("10.0.0.12")).isTrue();
      assertThat(plain.packets()).anyMatch(line -> line.contains("echo request"));
    }
  }
}
