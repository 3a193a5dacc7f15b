package io.virga.control.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.RouterSpec;
import io.virga.dataplane.desired.TunnelEndpointSpec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * The law of the views: after any changes, each host has been told what follows from what the API
 * says now, worked out here by itself; and deriving everything anew finds nothing to tell.
 */
final class HostViewsLawTest {

  private static final int STEPS = 60;
  private static final int CHECKED_EACH = 6;
  private static final String WIRE = "outside";
  private static final List<String> HOSTS = List.of("a", "b", "c", "d");
  private static final List<String> WIRED = List.of("c", "d");

  private final Fleet fleet = new Fleet();
  private final TenantClient tenant = fleet.tenant("tenant");
  private final List<String> networks = new ArrayList<>();
  private final List<String> subnets = new ArrayList<>();
  private final List<String> routers = new ArrayList<>();
  private final List<String> ports = new ArrayList<>();
  private final List<String> floatingIps = new ArrayList<>();
  private String external = "";

  @BeforeEach
  void begin() {
    external = fleet.admin().externalNetwork("198.51.100.0/24", WIRE);
    for (int i = 0; i < 5; i++) {
      networks.add(tenant.network("n" + i));
      subnets.add(tenant.subnet(networks.getLast(), "10.0." + i + ".0/24"));
    }
    for (int i = 0; i < 3; i++) {
      routers.add(tenant.router());
    }
    for (int i = 0; i < 4; i++) {
      floatingIps.add(tenant.floatingIp(external).at("/floatingip/id"));
    }
    for (String host : HOSTS) {
      up(host);
    }
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void tellsWhatFollowsWhateverHappened(long seed) {
    Random random = new Random(seed);
    List<String> done = new ArrayList<>();
    for (int step = 1; step <= STEPS; step++) {
      done.add(change(random));
      if (step % CHECKED_EACH == 0) {
        check(done);
      }
    }
    Map<String, List<DesiredState>> before = new HashMap<>();
    HOSTS.forEach(host -> before.put(host, fleet.everything(host)));
    fleet.retelling().run().block(Fleet.SOON);
    for (String host : HOSTS) {
      assertThat(fleet.everything(host))
          .as("%s after %s", host, done)
          .isEqualTo(before.getOrDefault(host, List.of()));
    }
  }

  private String change(Random random) {
    String host = HOSTS.get(random.nextInt(HOSTS.size()));
    String router = routers.get(random.nextInt(routers.size()));
    String subnet = subnets.get(random.nextInt(subnets.size()));
    String floatingIp = floatingIps.get(random.nextInt(floatingIps.size()));
    String port = ports.isEmpty() ? "" : ports.get(random.nextInt(ports.size()));
    int what = random.nextInt(ports.isEmpty() ? 5 : 12);
    String said = what + " host=" + host + " router=" + router + " subnet=" + subnet;
    switch (what) {
      case 0, 1 -> ports.add(makePort(random, host));
      case 2 -> tenant.join(router, subnet);
      case 3 -> tenant.leave(router, subnet);
      case 4 -> lead(random, router);
      case 5, 6 -> fleet.bind(port, random.nextInt(4) == 0 ? "" : host);
      case 7 -> {
        tenant.delete("ports/" + port);
        ports.remove(port);
      }
      case 8, 9 -> tenant.associate(floatingIp, Map.of("port_id", port));
      case 10 -> {
        if (random.nextBoolean()) {
          fleet.gone(host, Duration.ofSeconds(60));
        } else {
          up(host);
        }
      }
      default ->
          tenant.put(
              "networks/" + networks.get(random.nextInt(networks.size())),
              Map.of("network", Map.of("mtu", 1300 + random.nextInt(100))));
    }
    return said + " port=" + port + " floatingip=" + floatingIp;
  }

  private String makePort(Random random, String host) {
    boolean outside = random.nextInt(6) == 0;
    String network = outside ? external : networks.get(random.nextInt(networks.size()));
    return fleet.port(tenant, network, host).at("/port/id");
  }

  private void lead(Random random, String router) {
    tenant.update(
        router,
        Map.of(
            "external_gateway_info",
            random.nextBoolean() ? Map.of("network_id", external) : Map.of()));
  }

  private void up(String host) {
    String address = "192.0.2." + (10 + HOSTS.indexOf(host));
    if (WIRED.contains(host)) {
      fleet.up(host, address, WIRE);
    } else {
      fleet.up(host, address);
    }
  }

  private void check(List<String> done) {
    World world = World.read(fleet.admin());
    for (String host : HOSTS) {
      Expected expected = world.expected(host);
      String where = host + " after " + done;
      assertThat(fleet.ids(host, NetworkSpec.class)).as(where).isEqualTo(expected.networks);
      assertThat(fleet.ids(host, RouterSpec.class)).as(where).isEqualTo(expected.routers);
      assertThat(fleet.ids(host, PortSpec.class)).as(where).isEqualTo(expected.ports);
      assertThat(fleet.ids(host, TunnelEndpointSpec.class)).as(where).isEqualTo(expected.endpoints);
    }
  }

  private static final class Expected {
    final Set<String> networks = new TreeSet<>();
    final Set<String> routers = new TreeSet<>();
    final Set<String> ports = new TreeSet<>();
    final Set<String> endpoints = new TreeSet<>();
  }

  private record Bound(String id, String network, String host) {}

  /** What the API says: bound ports, and which routers join and lead to which networks. */
  private record World(
      List<Bound> bound, Map<String, Set<String>> joins, Map<String, String> leads) {

    static World read(TenantClient admin) {
      World world = new World(new ArrayList<>(), new HashMap<>(), new HashMap<>());
      for (JsonNode port : admin.get("ports").json().at("/ports")) {
        String network = port.at("/network_id").asString();
        String device = port.at("/device_id").asString();
        switch (port.at("/device_owner").asString()) {
          case "network:router_interface" ->
              world.joins.computeIfAbsent(device, key -> new HashSet<>()).add(network);
          case "network:router_gateway" -> world.leads.put(device, network);
          default -> {
            String host = port.at("/binding:host_id").asString("");
            if (!host.isEmpty()) {
              world.bound.add(new Bound(port.at("/id").asString(), network, host));
            }
          }
        }
      }
      return world;
    }

    Expected expected(String host) {
      Expected expected = new Expected();
      Deque<String> open = new ArrayDeque<>();
      bound.stream().filter(port -> port.host.equals(host)).forEach(port -> open.add(port.network));
      if (WIRED.contains(host)) {
        leads.keySet().forEach(router -> reach(router, expected, open));
      }
      Set<String> reached = new HashSet<>();
      while (!open.isEmpty()) {
        String network = open.remove();
        if (reached.add(network)) {
          joins.forEach(
              (router, joined) -> {
                if (joined.contains(network)) {
                  reach(router, expected, open);
                }
              });
        }
      }
      expected.networks.addAll(reached);
      for (String router : expected.routers) {
        String external = leads.getOrDefault(router, "");
        if (!external.isEmpty()) {
          expected.networks.add(external);
          expected.endpoints.addAll(WIRED);
        }
      }
      for (Bound port : bound) {
        if (reached.contains(port.network)) {
          expected.ports.add(port.id);
          expected.endpoints.add(port.host);
        }
      }
      expected.endpoints.remove(host);
      return expected;
    }

    private void reach(String router, Expected expected, Deque<String> open) {
      expected.routers.add(router);
      open.addAll(joins.getOrDefault(router, Set.of()));
    }
  }
}
