package io.virga.benchmarks.controlbench;

import io.virga.benchmarks.cloud.Patience;
import io.virga.benchmarks.report.Figure;
import io.virga.dataplane.desired.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/**
 * How long a rule that is added to a security group takes until every host knows it that has ports
 * of the group.
 */
final class Propagation {

  private static final int PORTS_OF_A_HOST = 45;
  private static final int HOSTS_OF_A_NETWORK = 10;
  private static final Duration QUIET = Duration.ofSeconds(3);
  private static final int ROUNDS = 25;
  private static final double GOAL_MILLIS = 1000;
  private static final int FIRST_TCP_PORT = 2000;

  private final Tenant admin;
  private final int hosts;
  private final Set<String> waiting = ConcurrentHashMap.newKeySet();
  private volatile String group = "";
  private volatile long lastNanos;

  /** Among so many hosts. */
  Propagation(Tenant admin, int hosts) {
    this.admin = admin;
    this.hosts = hosts;
  }

  private void heard(Fleet.Heard heard) {
    if (heard.kind() == Kind.SECURITY_GROUP && heard.id().equals(group)) {
      waiting.remove(heard.host());
      lastNanos = System.nanoTime();
    }
  }

  List<Figure> measure(Fleet fleet) {
    fleet.listen(this::heard);
    JsonNode made =
        admin.post(
            "/network/v2.0/security-groups", Map.of("security_group", Map.of("name", "wide")));
    group = made.at("/security_group/id").asString();
    makePorts();
    awaitQuiet();
    List<Double> millis = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      millis.add(round(round));
    }
    Collections.sort(millis);
    String what = "a rule reaches %d hosts with %d ports".formatted(hosts, hosts * PORTS_OF_A_HOST);
    return List.of(
        Figure.plain("median, " + what, millis.get(ROUNDS / 2), "ms"),
        Figure.atMost(
            "slowest of %d, ".formatted(ROUNDS) + what, millis.getLast(), "ms", GOAL_MILLIS));
  }

  /** Hosts hear of the group with each port that they get, too. */
  private void awaitQuiet() {
    Patience.await(
        "the ports to be told",
        Duration.ofMinutes(5),
        Duration.ofMillis(100),
        () ->
            System.nanoTime() - lastNanos > QUIET.toNanos() ? Optional.of(true) : Optional.empty());
  }

  /** A network lies on a few hosts each, so that a host is told of those ports alone. */
  private void makePorts() {
    for (int first = 0; first < hosts; first += HOSTS_OF_A_NETWORK) {
      String network =
          admin
              .post("/network/v2.0/networks", Map.of("network", Map.of("name", "wide")))
              .at("/network/id")
              .asString();
      admin.post(
          "/network/v2.0/subnets",
          Map.of(
              "subnet", Map.of("network_id", network, "ip_version", 4, "cidr", "10.132.0.0/16")));
      for (int host = first; host < Math.min(first + HOSTS_OF_A_NETWORK, hosts); host++) {
        Map<String, Object> port =
            Map.of(
                "network_id",
                network,
                "security_groups",
                List.of(group),
                "device_id",
                "simulated",
                "binding:host_id",
                Fleet.host(host));
        admin.post(
            "/network/v2.0/ports", Map.of("ports", Collections.nCopies(PORTS_OF_A_HOST, port)));
      }
    }
  }

  /** In milliseconds from the request. */
  private double round(int number) {
    for (int host = 0; host < hosts; host++) {
      waiting.add(Fleet.host(host));
    }
    int tcpPort = FIRST_TCP_PORT + number;
    long begin = System.nanoTime();
    admin.post(
        "/network/v2.0/security-group-rules",
        Map.of(
            "security_group_rule",
            Map.of(
                "security_group_id",
                group,
                "direction",
                "ingress",
                "protocol",
                "tcp",
                "port_range_min",
                tcpPort,
                "port_range_max",
                tcpPort)));
    Patience.await(
        "all hosts to hear of a rule",
        Duration.ofMinutes(1),
        Duration.ofMillis(1),
        () -> waiting.isEmpty() ? Optional.of(true) : Optional.empty());
    return (lastNanos - begin) / 1e6;
  }
}
