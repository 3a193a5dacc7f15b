package io.virga.netagent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.SecurityGroupSpec;
import io.virga.dataplane.desired.SecurityGroupSpec.Direction;
import io.virga.dataplane.watch.Eventually;
import io.virga.netagent.lab.AgentProcess;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.lab.Guest;
import io.virga.netagent.lab.Lab;
import io.virga.netagent.lab.LabHost;
import io.virga.netagent.lab.Pings;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What guests lose while 50,000 flows come, stay and go, and when what makes them starts again. */
@Tag("soak")
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RestartTest {

  private static final int MEMBERS = 10_000;
  private static final int GUARDED_PORTS = 5;
  private static final String MANY = "56000000-0000-4000-8000-000000000005";
  private static final String GUARDED_GROUP = "56000000-0000-4000-8000-000000000006";

  private static final PortSpec FIRST = Desired.port(1, Desired.OPEN);
  private static final PortSpec SECOND = Desired.port(2, Desired.OPEN);

  @TempDir static Path directory;

  private static Lab lab;
  private static LabHost host;
  private static Guest first;
  private static Guest second;

  @BeforeAll
  static void start() throws Exception {
    lab = Lab.start(directory.resolve("lab"), 1);
    host = lab.host(0);
    lab.say(Desired.network(), Desired.open(), members(), guarded(), FIRST, SECOND);
    lab.startAgents();
    first = host.plug(FIRST).configure("10.0.0.11/24", "10.0.0.1");
    second = host.plug(SECOND).configure("10.0.0.12/24", "10.0.0.1");
    lab.awaitWired(FIRST, SECOND);
    assertThat(second.pings("10.0.0.11")).isTrue();
  }

  @AfterAll
  static void stop() throws Exception {
    lab.close();
  }

  private static SecurityGroupSpec members() {
    List<String> addresses =
        IntStream.range(0, MEMBERS)
            .mapToObj(number -> "10.1." + (number >> 8) + "." + (number & 255))
            .toList();
    return new SecurityGroupSpec(MANY, 1, List.of(), addresses, false);
  }

  private static SecurityGroupSpec guarded() {
    return Desired.group(
        GUARDED_GROUP, Desired.any(Direction.EGRESS), Desired.fromGroup(Direction.INGRESS, MANY));
  }

  private static Pings pings(String name) throws Exception {
    return Pings.start(first, "10.0.0.12", directory.resolve(name));
  }

  @Test
  @Order(1)
  void losesNothingWhileManyFlowsCome() throws Exception {
    Pings pings = pings("coming");
    PortSpec[] ports =
        IntStream.range(0, GUARDED_PORTS)
            .mapToObj(number -> Desired.port(20 + number, GUARDED_GROUP))
            .toArray(PortSpec[]::new);
    for (PortSpec port : ports) {
      host.plug(port);
    }
    long begin = System.nanoTime();
    lab.say(ports);
    lab.awaitWired(ports);
    report("flows came in", begin, pings.end());
    assertThat(host.agent().metric("virga_netagent_flows")).isGreaterThan(50_000);
  }

  @Test
  @Order(2)
  void aRestartOfTheAgentLosesNothing() throws Exception {
    Pings pings = pings("agent");
    host.stopAgent();
    long begin = System.nanoTime();
    host.startAgent();
    AgentProcess agent = host.agent();
    report("the agent was back", begin, pings.end());
    assertThat(agent.metric("virga_netagent_flows_added_total")).isZero();
    assertThat(agent.metric("virga_netagent_flows_removed_total")).isZero();
  }

  @Test
  @Order(3)
  void losesNothingWhileManyFlowsGo() throws Exception {
    Pings pings = pings("going");
    long begin = System.nanoTime();
    lab.say(Desired.group(GUARDED_GROUP, Desired.any(Direction.EGRESS)));
    Eventually.isTrue("they are gone", () -> host.agent().metric("virga_netagent_flows") < 1_000);
    report("flows went", begin, pings.end());
  }

  private static void report(String what, long begin, Pings.Result result) {
    System.out.printf("%s in %d ms; %s%n", what, (System.nanoTime() - begin) / 1_000_000, result);
    assertThat(result.lost()).isZero();
  }

  @Test
  @Order(4)
  void theForwardingDaemonIsFilledAgainByItself() throws Exception {
    Pings pings = pings("daemon");
    host.ovs().killForwarding();
    long begin = System.nanoTime();
    host.ovs().startForwarding();
    Eventually.isTrue("guests ping again", () -> answers());
    long tookMillis = (System.nanoTime() - begin) / 1_000_000;
    System.out.printf("pings again after %d ms; %s%n", tookMillis, pings.end());
    assertThat(tookMillis).isLessThan(10_000);
  }

  private static boolean answers() {
    try {
      return second.run("ping -c 1 -W 1 10.0.0.11").succeeded();
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }
}
