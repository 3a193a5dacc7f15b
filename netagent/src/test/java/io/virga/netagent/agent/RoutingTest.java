package io.virga.netagent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.RouterSpec;
import io.virga.dataplane.watch.Eventually;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.lab.Guest;
import io.virga.netagent.lab.Lab;
import io.virga.netagent.lab.Routed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

/** Three networks and two routers on two hosts: real switches, real packets. */
@Tag("e2e")
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RoutingTest {

  private static final PortSpec FIRST = Desired.port(1, Desired.OPEN);
  private static final PortSpec SAME_HOST = Routed.port(1, 2, Desired.OPEN);
  private static final PortSpec FORWARDING = Routed.port(1, 3);
  private static final PortSpec CLOSED = Desired.on("host-b", Routed.port(1, 4, Desired.CLOSED));
  private static final PortSpec FAR = Desired.on("host-b", Routed.port(2, 5, Desired.OPEN));

  private static final RouterSpec NEAR_ROUTER =
      Routed.with(
          Routed.with(
              Routed.with(Routed.with(Routed.router(1), 0, 1), 1, 1), "10.2.0.0/24", "10.1.0.2"),
          "10.77.0.0/16",
          "10.1.0.13");
  private static final RouterSpec FAR_ROUTER =
      Routed.with(
          Routed.with(Routed.with(Routed.router(2), 1, 2), 2, 1), "10.0.0.0/24", "10.1.0.1");

  @TempDir static Path directory;

  private static Lab lab;
  private static Guest first;
  private static Guest sameHost;
  private static Guest closed;
  private static Guest far;

  @BeforeAll
  static void start() throws Exception {
    lab = Lab.start(directory.resolve("lab"), 2);
    lab.say(Routed.network(0), Routed.network(1), Routed.network(2), NEAR_ROUTER, FAR_ROUTER);
    lab.say(Desired.open(), Desired.closed(), FIRST, SAME_HOST, FORWARDING, CLOSED, FAR);
    lab.say(Desired.metadata(FIRST));
    lab.startAgents();
    first = lab.host(0).plug(FIRST).configure("10.0.0.11/24", "10.0.0.1");
    sameHost = lab.host(0).plug(SAME_HOST).configure("10.1.0.12/24", "10.1.0.1");
    Guest forwarding = lab.host(0).plug(FORWARDING).configure("10.1.0.13/24", "10.1.0.1");
    forwarding.must("ip address add 10.77.0.1/32 dev lo");
    closed = lab.host(1).plug(CLOSED).configure("10.1.0.14/24", "10.1.0.1");
    far = lab.host(1).plug(FAR).configure("10.2.0.15/24", "10.2.0.1");
    lab.awaitWired(FIRST, SAME_HOST, FORWARDING, CLOSED, FAR);
    // A switch drops what it sends into a tunnel until it has resolved the other end.
    Eventually.isTrue("the tunnel works", () -> pings(first, "10.2.0.15"));
  }

  @AfterAll
  static void stop() throws Exception {
    lab.close();
  }

  @Test
  @Order(1)
  void routesOnTheHostAndBetweenHosts() throws Exception {
    assertThat(first.pings("10.1.0.12")).as("same host").isTrue();
    assertThat(sameHost.pings("10.0.0.11")).as("and back").isTrue();
    assertThat(closed.pings("10.0.0.11")).as("from another host").isTrue();
    assertThat(first.run("ping -c 1 -W 1 10.1.0.12").output())
        .as("one hop less")
        .contains("ttl=63");
  }

  @Test
  @Order(1)
  void routesThroughTwoRouters() throws Exception {
    assertThat(first.run("ping -c 1 -W 1 10.2.0.15").output()).contains("ttl=62");
    assertThat(far.pings("10.0.0.11")).isTrue();
    assertThat(first.run("busybox traceroute -n -q 1 -w 2 -m 5 10.2.0.15").output())
        .containsSubsequence("1  10.0.0.1 ", "2  10.1.0.2 ", "3  10.2.0.15 ");
  }

  @Test
  @Order(1)
  void routesToAPortThatForwards() throws Exception {
    assertThat(first.pings("10.77.0.1")).isTrue();
  }

  @Test
  @Order(1)
  void routerAnswersOnAllItsAddresses() throws Exception {
    assertThat(first.pings("10.0.0.1")).isTrue();
    assertThat(first.pings("10.1.0.1")).as("on its far side").isTrue();
    assertThat(first.pings("10.2.0.1")).as("the next router's far side").isTrue();
    assertThat(closed.pings("10.1.0.2")).as("two routers on one network").isTrue();
  }

  @Test
  @Order(1)
  void tellsWhyAPacketGoesNoFurther() throws Exception {
    assertThat(first.run("ping -c 1 -W 2 -t 1 10.1.0.12").output())
        .contains("From 10.0.0.1 icmp_seq=1 Time to live exceeded");
    assertThat(first.run("ping -c 1 -W 2 10.1.0.99").output())
        .contains("From 10.0.0.1 icmp_seq=1 Destination Host Unreachable");
    assertThat(first.run("ping -c 1 -W 2 10.200.0.1").output())
        .contains("From 10.0.0.1 icmp_seq=1 Destination Net Unreachable");
    assertThat(first.run("busybox traceroute -n -q 1 -w 2 -m 5 10.1.0.1").output())
        .as("no service on the router")
        .contains("1  10.1.0.1 ");
  }

  @Test
  @Order(1)
  void securityGroupsJudgeWhatIsRouted() throws Exception {
    assertThat(first.pings("10.1.0.14")).isFalse();
    assertThat(closed.pings("10.2.0.15")).as("replies are let in").isTrue();
  }

  @Test
  @Order(1)
  void metadataIsServedBehindARouter() throws Exception {
    assertThat(
            first
                .run("curl -s --max-time 5 http://169.254.169.254/latest/meta-data/hostname")
                .output())
        .isEqualTo("guest-1");
  }

  @Test
  @Order(2)
  void restartLosesNoPacket() throws Exception {
    Path output = directory.resolve("pings");
    Process pings = first.start(output, "ping -q -i 0.01 -c 400 10.2.0.15");
    lab.host(0).stopAgent();
    lab.host(0).startAgent();
    lab.host(0).agent();
    assertThat(pings.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(output)).contains("400 packets transmitted, 400 received");
    assertThat(lab.host(0).agent().metric("virga_netagent_flows_added_total")).isZero();
    assertThat(lab.host(0).agent().metric("virga_netagent_flows_removed_total")).isZero();
  }

  @Test
  @Order(3)
  void routerThatIsDownRoutesNothing() throws Exception {
    lab.say(Routed.with(NEAR_ROUTER, Map.of("adminUp", false)));
    Eventually.isTrue("nothing is routed", () -> !pings(first, "10.1.0.12"));
    assertThat(closed.pings("10.2.0.15")).isFalse();
    assertThat(first.pings("10.0.0.1")).isFalse();
  }

  @Test
  @Order(4)
  void guestsLearnOfARouterThatComesAfterThem() throws Exception {
    PortSpec early = Routed.port(3, 6, Desired.OPEN);
    lab.say(Routed.network(3), early);
    Guest guest = lab.host(0).plug(early).configure("10.3.0.16/24", "10.3.0.1");
    lab.awaitWired(early);
    assertThat(guest.pings("10.3.0.1")).as("the host stands in for the gateway").isTrue();
    String before = guest.must("ip neighbour show 10.3.0.1");
    RouterSpec router = Routed.with(Routed.with(Routed.router(3), 3, 1), 0, 2);
    long said = System.nanoTime();
    lab.say(router);
    String mac = router.interfaces().getFirst().mac();
    Eventually.isTrue("the guest knows it", () -> knows(guest, "10.3.0.1", mac));
    assertThat(Duration.ofNanos(System.nanoTime() - said))
        .as("by itself it doubts what it knows (%s) after 15 s or more", before)
        .isLessThan(Duration.ofSeconds(10));
    assertThat(guest.pings("10.3.0.1")).isTrue();
  }

  private static boolean knows(Guest guest, String address, String mac) {
    try {
      return guest.must("ip neighbour show " + address).contains(mac);
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static boolean pings(Guest guest, String address) {
    try {
      return guest.pings(address);
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }
}
