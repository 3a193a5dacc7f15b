package io.virga.netagent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.RouterSpec;
import io.virga.dataplane.watch.Eventually;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.lab.Guest;
import io.virga.netagent.lab.Lab;
import io.virga.netagent.lab.Outside;
import io.virga.netagent.lab.Routed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * A router with a way outside, on two hosts: host-a is its gateway, and on each host is a guest, of
 * which those on host-a and host-b have floating IPs. Real switches, real packets.
 */
@Tag("e2e")
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GatewayTest {

  /** What ping says. */
  private static final String ANSWER = " bytes from ";

  private static final String NO_ANSWER = "no answer yet";

  private static final PortSpec ON_A = Desired.port(1, Desired.OPEN);
  private static final PortSpec ON_B = Desired.on("host-b", Desired.port(2, Desired.OPEN));
  private static final PortSpec PLAIN = Desired.on("host-b", Desired.port(3, Desired.OPEN));
  private static final PortSpec ALSO_A = Routed.port(1, 4, Desired.OPEN);
  private static final PortSpec FAR = Desired.on("host-b", Desired.port(5, Desired.OPEN));

  private static final String FLOATING_A = "203.0.113.51";
  private static final String FLOATING_B = "203.0.113.52";
  private static final String FORWARDING = "203.0.113.53";
  private static final String FLOATING_ALSO_A = "203.0.113.54";
  private static final String FLOATING_FAR = "203.0.113.55";

  private static final RouterSpec.FloatingIp OF_A = Routed.floating(51, "host-a", ON_A);
  private static final RouterSpec.FloatingIp OF_B = Routed.floating(52, "host-b", ON_B);
  private static final RouterSpec.FloatingIp PASSING_ON =
      Routed.forwarding(
          53,
          "host-a",
          new RouterSpec.Forwarding("f1", 6, 2222, 2222, 22, Routed.target(PLAIN)),
          new RouterSpec.Forwarding("f2", 6, 8000, 8003, 8000, Routed.target(PLAIN)),
          new RouterSpec.Forwarding("f3", 17, 5300, 5300, 53, Routed.target(PLAIN)));
  private static final RouterSpec.FloatingIp OF_ALSO_A = Routed.floating(54, "host-a", ALSO_A);

  /** Of a port on a host that is not on the wire, as it were. */
  private static final RouterSpec.FloatingIp OF_FAR = Routed.floating(55, "host-a", FAR);

  private static final RouterSpec ROUTER =
      Routed.gateway(Routed.with(Routed.router(1), 0, 1), true, "host-a", "host-b");
  private static final RouterSpec FULL = Routed.floating(ROUTER, OF_A, OF_B, PASSING_ON, OF_FAR);
  private static final RouterSpec OTHER =
      Routed.floating(
          Routed.gateway(Routed.with(Routed.router(2), 1, 1), true, "host-a"), OF_ALSO_A);

  @TempDir static Path directory;

  private static Lab lab;
  private static Outside outside;
  private static Guest onA;
  private static Guest onB;
  private static Guest plain;
  private static Guest alsoA;
  private static Guest far;
  private static RouterSpec said = FULL;

  @BeforeAll
  static void start() throws Exception {
    lab = Lab.start(directory.resolve("lab"), 2);
    outside = Outside.start(lab.underlay(), directory.resolve("outside"));
    lab.say(Routed.network(0), Routed.network(1), Routed.external(), FULL, OTHER, Desired.open());
    lab.say(ON_A, ON_B, PLAIN, ALSO_A, FAR);
    for (int host = 0; host < 2; host++) {
      lab.host(host).set("virga.netagent.bridge-mappings", Routed.WIRE + ":br-ex");
    }
    lab.startAgents();
    for (int host = 0; host < 2; host++) {
      lab.host(host).connectToWire(lab, "br-ex");
    }
    onA = lab.host(0).plug(ON_A).configure("10.0.0.11/24", "10.0.0.1");
    onB = lab.host(1).plug(ON_B).configure("10.0.0.12/24", "10.0.0.1");
    plain = lab.host(1).plug(PLAIN).configure("10.0.0.13/24", "10.0.0.1");
    alsoA = lab.host(0).plug(ALSO_A).configure("10.1.0.14/24", "10.1.0.1");
    far = lab.host(1).plug(FAR).configure("10.0.0.15/24", "10.0.0.1");
    lab.awaitWired(ON_A, ON_B, PLAIN, ALSO_A, FAR);
    // A switch drops what it sends into a tunnel until it has resolved the other end.
    Eventually.isTrue("the tunnel works", () -> pings(plain, "10.0.0.11"));
  }

  @AfterAll
  static void stop() throws Exception {
    outside.close();
    lab.close();
  }

  private static void say(RouterSpec router) {
    said = Routed.with(router, Map.of("generation", said.generation() + 1));
    lab.say(said);
  }

  @Test
  @Order(1)
  void leavesByTheGatewayOfAnotherHostAndComesBack() throws Exception {
    assertThat(plain.run("ping -c 3 -i 0.2 -W 1 203.0.113.1").output())
        .as("the next router")
        .contains("3 received");
    assertThat(plain.pings("198.51.100.1")).as("beyond it").isTrue();
    assertThat(plain.run("ping -c 1 -W 2 203.0.113.7").output())
        .as("a machine that nobody has asked for before")
        .contains("1 received");
    assertThat(plain.run("ping -c 1 -W 2 203.0.113.7").output()).contains("1 received");
    assertThat(outside.connectsFrom(plain, 9001)).as("TCP").isEqualTo("203.0.113.101");
    assertThat(outside.pings("10.0.0.13")).as("not let in by its own address").isFalse();
  }

  @Test
  @Order(1)
  void gatewayAnswers() throws Exception {
    assertThat(outside.pings("203.0.113.101")).isTrue();
    assertThat(plain.pings("203.0.113.101")).as("from within").isTrue();
  }

  @Test
  @Order(1)
  void floatingIpsWorkFromOutside() throws Exception {
    assertThat(outside.pings(FLOATING_A)).isTrue();
    assertThat(outside.pings(FLOATING_B)).as("on a host that is no gateway").isTrue();
    assertThat(outside.connectsFrom(onA, 9002)).isEqualTo(FLOATING_A);
    assertThat(outside.connectsFrom(onB, 9003)).isEqualTo(FLOATING_B);
    assertThat(outside.macOf(FLOATING_B)).isEqualTo(OF_B.mac());
  }

  @Test
  @Order(1)
  void floatingIpsWorkFromInside() throws Exception {
    assertThat(onA.pings(FLOATING_B)).as("between hosts").isTrue();
    assertThat(onB.pings(FLOATING_A)).as("and back").isTrue();
    assertThat(plain.pings(FLOATING_A)).as("of who has none, by the gateway").isTrue();
    assertThat(plain.pings(FLOATING_B)).as("of its neighbour").isTrue();
    assertThat(onA.pings(FLOATING_ALSO_A)).as("of another router on the host").isTrue();
    assertThat(alsoA.pings(FLOATING_A)).as("and back").isTrue();
    assertThat(alsoA.pings(FLOATING_B)).as("of another router on another host").isTrue();
    assertThat(onA.pings(FLOATING_A)).as("its own").isTrue();
  }

  @Test
  @Order(1)
  void gatewayHasTheFloatingIpsOfPortsElsewhere() throws Exception {
    assertThat(outside.pings(FLOATING_FAR)).isTrue();
    assertThat(outside.connectsFrom(far, 9008)).isEqualTo(FLOATING_FAR);
    assertThat(outside.reaches(far, 9009, FLOATING_FAR, 9009)).isTrue();
    assertThat(onB.pings(FLOATING_FAR)).as("of its neighbour").isTrue();
    assertThat(far.pings(FLOATING_A)).as("to the gateway's host").isTrue();
    assertThat(far.pings(FLOATING_B)).as("to its neighbour").isTrue();
  }

  @Test
  @Order(1)
  void passesPortsOn() throws Exception {
    assertThat(outside.reaches(plain, 22, FORWARDING, 2222)).isTrue();
    assertThat(outside.reaches(plain, 8002, FORWARDING, 8002)).isTrue();
    assertThat(outside.reaches(plain, 8004, FORWARDING, 8004)).as("beyond the range").isFalse();
    assertThat(outside.pings(FORWARDING)).isTrue();
  }

  @Test
  @Order(1)
  void errorsOfWhatIsPassedOnArrive() throws Exception {
    assertThat(outside.isRefusedAt(FORWARDING, 5300)).as("by the guest").isTrue();
    assertThat(outside.refuses(plain, 53, FORWARDING, 5300)).as("the guest itself").isTrue();
    assertThat(outside.refuses(onB, 5301, FLOATING_B, 5301)).isTrue();
  }

  @Test
  @Order(2)
  void restartLosesNoPacket() throws Exception {
    Process through =
        plain.start(directory.resolve("through"), "ping -q -i 0.01 -c 400 203.0.113.1");
    Process to = outside.start(directory.resolve("to"), "ping -q -i 0.01 -c 400 " + FLOATING_A);
    lab.host(0).stopAgent();
    lab.host(0).startAgent();
    lab.host(0).agent();
    assertThat(through.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(to.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(directory.resolve("through"))).contains("400 received");
    assertThat(Files.readString(directory.resolve("to"))).contains("400 received");
    assertThat(lab.host(0).agent().metric("virga_netagent_flows_added_total")).isZero();
    assertThat(lab.host(0).agent().metric("virga_netagent_flows_removed_total")).isZero();
  }

  @Test
  @Order(3)
  void takingAFloatingIpAwayCutsItsConnections() throws Exception {
    Process pings =
        outside.start(directory.resolve("cut"), "ping -D -O -i 0.05 -w 60 " + FLOATING_A);
    Path file = directory.resolve("cut");
    Eventually.isTrue("it answers", () -> lines(file, ANSWER) > 10);
    long begin = System.currentTimeMillis();
    say(Routed.floating(ROUTER, OF_B, PASSING_ON));
    Eventually.isTrue("40 in a row get no answer", () -> trailing(file, NO_ANSWER) > 40);
    pings.destroy();
    assertThat(pings.waitFor(5, TimeUnit.SECONDS)).isTrue();
    double last =
        Files.readString(file)
            .lines()
            .filter(line -> line.contains(ANSWER))
            .mapToDouble(line -> Double.parseDouble(line.substring(1, line.indexOf(']'))))
            .max()
            .orElseThrow();
    assertThat(last * 1000 - begin).as("ms that it lived on").isLessThan(1000);
    assertThat(outside.connectsFrom(onA, 9004)).as("like all others").isEqualTo("203.0.113.101");
    say(FULL);
    Eventually.isTrue("it is back", () -> outside.pings(FLOATING_A));
  }

  @Test
  @Order(4)
  void floatingIpGoesToAnotherPort() throws Exception {
    say(Routed.floating(ROUTER, OF_A, Routed.floating(52, "host-b", PLAIN), PASSING_ON));
    Eventually.isTrue(
        "the other port leaves by it", () -> outside.connectsFrom(plain, 9005).equals(FLOATING_B));
    assertThat(outside.reaches(plain, 9006, FLOATING_B, 9006)).isTrue();
    say(FULL);
    Eventually.isTrue("it is back", () -> outside.connectsFrom(onB, 9007).equals(FLOATING_B));
  }

  @Test
  @Order(5)
  void anotherHostBecomesTheGateway() throws Exception {
    Path file = directory.resolve("moved");
    Process pings = plain.start(file, "ping -D -O -i 0.02 -w 60 198.51.100.1");
    Eventually.isTrue("it answers", () -> lines(file, ANSWER) > 20);
    RouterSpec moved =
        Routed.floating(
            Routed.gateway(Routed.with(Routed.router(1), 0, 1), true, "host-b", "host-a"),
            OF_A,
            OF_B,
            Routed.forwarding(
                53, "host-b", PASSING_ON.forwardings().toArray(RouterSpec.Forwarding[]::new)));
    say(moved);
    long sent = lines(file, ANSWER) + lines(file, NO_ANSWER);
    Eventually.isTrue(
        "150 more are sent", () -> lines(file, ANSWER) + lines(file, NO_ANSWER) > sent + 150);
    pings.destroy();
    assertThat(pings.waitFor(5, TimeUnit.SECONDS)).isTrue();
    String output = Files.readString(file);
    long lost = output.lines().filter(line -> line.contains(NO_ANSWER)).count();
    assertThat(lost).as("pings 20 ms apart").isLessThan(50);
    assertThat(plain.pings("198.51.100.1")).isTrue();
    assertThat(onA.pings("198.51.100.1")).as("floating IPs stay").isTrue();
    assertThat(outside.reaches(plain, 22, FORWARDING, 2222)).as("moved with it").isTrue();
  }

  @Test
  @Order(6)
  void withoutSnatAddressesStayAsTheyAre() throws Exception {
    RouterSpec plainly = Routed.gateway(Routed.with(Routed.router(1), 0, 1), false, "host-a");
    say(Routed.floating(plainly, PASSING_ON));
    Eventually.isTrue(
        "it is seen by its own address",
        () -> outside.connectsFrom(plain, 9010).equals("10.0.0.13"));
    assertThat(outside.pings("10.0.0.13")).isTrue();
    assertThat(outside.reaches(plain, 22, FORWARDING, 2222))
        .as("answers of a forwarding come from its address")
        .isTrue();
    assertThat(outside.reaches(plain, 9011, "10.0.0.13", 9011))
        .as("and of its own, whose connections the router does not track")
        .isTrue();
    assertThat(outside.isRefusedAt(FORWARDING, 5300)).as("errors too").isTrue();
    say(plainly);
    Eventually.isTrue(
        "the forwarding is gone", () -> !outside.reaches(plain, 22, FORWARDING, 2222));
    assertThat(outside.reaches(plain, 9012, "10.0.0.13", 9012)).isTrue();
  }

  private static boolean pings(Guest guest, String address) {
    try {
      return guest.pings(address);
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static long lines(Path file, String with) {
    try (var lines = Files.lines(file)) {
      return lines.filter(line -> line.contains(with)).count();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** How many lines at the end of the file say that in a row. */
  private static long trailing(Path file, String saying) {
    try {
      return Files.readAllLines(file).reversed().stream()
          .takeWhile(line -> line.contains(saying))
          .count();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
