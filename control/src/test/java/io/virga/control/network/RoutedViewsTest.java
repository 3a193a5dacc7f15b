package io.virga.control.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.RouterSpec;
import io.virga.dataplane.desired.SecurityGroupSpec;
import io.virga.dataplane.desired.TunnelEndpointSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What hosts are told of routers, of each other, and of the ways out of the cloud. */
final class RoutedViewsTest {

  private static final String WIRE = "outside";

  private final Fleet fleet = new Fleet();
  private final TenantClient tenant = fleet.tenant("tenant");
  private String left = "";
  private String right = "";
  private String leftSubnet = "";
  private String rightSubnet = "";

  @BeforeEach
  void makeHostsAndNetworks() {
    fleet.up("one", "192.0.2.1");
    fleet.up("two", "192.0.2.2");
    left = tenant.network("left");
    leftSubnet = tenant.subnet(left, "10.0.0.0/24");
    right = tenant.network("right");
    rightSubnet = tenant.subnet(right, "10.0.1.0/24");
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  @Test
  void tellsAHostOfWhatItsPortsReachThroughRouters() {
    String here = fleet.port(tenant, left, "one").at("/port/id");
    String there = fleet.port(tenant, right, "two").at("/port/id");
    fleet.up("three", "192.0.2.3");
    String elsewhere = tenant.network("elsewhere");
    fleet.port(tenant, elsewhere, "three");
    assertThat(fleet.ids("one", NetworkSpec.class)).containsExactly(left);
    assertThat(fleet.ids("one", TunnelEndpointSpec.class)).isEmpty();
    String router = tenant.router();
    tenant.joined(router, leftSubnet);
    assertThat(fleet.only("one", RouterSpec.class).interfaces()).hasSize(1);
    assertThat(fleet.ids("two", RouterSpec.class)).isEmpty();
    tenant.joined(router, rightSubnet);
    for (String host : List.of("one", "two")) {
      assertThat(fleet.ids(host, NetworkSpec.class)).containsExactlyInAnyOrder(left, right);
      assertThat(fleet.ids(host, PortSpec.class)).containsExactlyInAnyOrder(here, there);
      RouterSpec told = fleet.only(host, RouterSpec.class);
      assertThat(told.interfaces())
          .extracting(one -> one.networkId() + " " + one.addresses().getFirst().ip())
          .containsExactlyInAnyOrder(left + " 10.0.0.1", right + " 10.0.1.1");
      assertThat(told.number()).isBetween(1, 32_767);
      assertThat(told.gateway()).isEmpty();
    }
    assertThat(fleet.only("one", TunnelEndpointSpec.class).id()).isEqualTo("two");
    assertThat(fleet.only("two", TunnelEndpointSpec.class).address()).isEqualTo("192.0.2.1");
    assertThat(fleet.ids("three", NetworkSpec.class)).containsExactly(elsewhere);
    assertThat(fleet.ids("three", TunnelEndpointSpec.class)).isEmpty();
    tenant.leave(router, rightSubnet);
    assertThat(fleet.ids("one", NetworkSpec.class)).containsExactly(left);
    assertThat(fleet.ids("one", PortSpec.class)).containsExactly(here);
    assertThat(fleet.only("one", RouterSpec.class).interfaces()).hasSize(1);
    assertThat(fleet.ids("one", TunnelEndpointSpec.class)).isEmpty();
    assertThat(fleet.ids("two", RouterSpec.class)).isEmpty();
    tenant.leave(router, leftSubnet);
    tenant.delete("routers/" + router);
    assertThat(fleet.ids("one", RouterSpec.class)).isEmpty();
  }

  @Test
  void tellsOfTheRoutesAndTheStateOfARouter() {
    fleet.port(tenant, left, "one");
    String router = tenant.router();
    tenant.joined(router, leftSubnet);
    Map<String, String> route = Map.of("destination", "10.9.0.0/16", "nexthop", "10.0.0.9");
    tenant.update(router, Map.of("routes", List.of(route), "admin_state_up", false));
    RouterSpec told = fleet.only("one", RouterSpec.class);
    assertThat(told.routes()).containsExactly(new RouterSpec.Route("10.9.0.0/16", "10.0.0.9"));
    assertThat(told.adminUp()).isFalse();
    tenant.update(router, Map.of("name", "only a name"));
    assertThat(fleet.only("one", RouterSpec.class).generation()).isEqualTo(told.generation());
  }

  @Test
  void tellsGatewaysOfTheRoutersThatAreLedThroughThem() {
    String external = fleet.admin().externalNetwork("198.51.100.0/24", WIRE);
    fleet.up("gate1", "192.0.2.11", WIRE);
    fleet.up("gate2", "192.0.2.12", WIRE, "other");
    String port = fleet.port(tenant, left, "one").at("/port/id");
    String router = tenant.router(external);
    assertThat(fleet.only("gate1", RouterSpec.class).id())
        .as("for its own address")
        .isEqualTo(router);
    tenant.joined(router, leftSubnet);
    for (String host : List.of("one", "gate1", "gate2")) {
      RouterSpec told = fleet.only(host, RouterSpec.class);
      RouterSpec.Gateway gateway = told.gateway().orElseThrow();
      assertThat(gateway.hosts()).containsExactlyInAnyOrder("gate1", "gate2");
      assertThat(gateway.snat()).isTrue();
      assertThat(gateway.addresses().getFirst().ip()).isEqualTo("198.51.100.2");
      assertThat(fleet.ids(host, NetworkSpec.class)).containsExactlyInAnyOrder(left, external);
      assertThat(fleet.ids(host, PortSpec.class)).containsExactly(port);
    }
    assertThat(network("gate1", external).provider())
        .contains(new NetworkSpec.ProviderSegment(WIRE, Optional.empty()));
    assertThat(fleet.ids("one", TunnelEndpointSpec.class)).containsExactly("gate1", "gate2");
    assertThat(fleet.ids("gate1", TunnelEndpointSpec.class)).containsExactly("gate2", "one");
    assertThat(fleet.ids("gate1", SecurityGroupSpec.class)).isEmpty();
    tenant.update(router, Map.of("external_gateway_info", Map.of()));
    assertThat(fleet.everything("gate1")).isEmpty();
    assertThat(fleet.ids("one", NetworkSpec.class)).containsExactly(left);
    assertThat(fleet.ids("one", TunnelEndpointSpec.class)).isEmpty();
  }

  @Test
  void anotherGatewayTakesOverOnceOneIsGoneForLonger() {
    String external = fleet.admin().externalNetwork("198.51.100.0/24", WIRE);
    fleet.up("gate1", "192.0.2.11", WIRE);
    fleet.up("gate2", "192.0.2.12", WIRE);
    fleet.port(tenant, left, "one");
    tenant.joined(tenant.router(external), leftSubnet);
    List<String> before = gateways("one");
    fleet.gone(before.getFirst(), Duration.ofSeconds(5));
    assertThat(gateways("one")).isEqualTo(before);
    fleet.gone(before.getFirst(), Duration.ofSeconds(11));
    assertThat(gateways("one")).containsExactly(before.get(1), before.get(0));
    assertThat(gateways(before.get(1))).isEqualTo(gateways("one"));
    fleet.up(before.getFirst(), "192.0.2.99", WIRE);
    assertThat(gateways("one")).isEqualTo(before);
    assertThat(fleet.told("one", TunnelEndpointSpec.class))
        .extracting(TunnelEndpointSpec::address)
        .contains("192.0.2.99");
  }

  @Test
  void aHostThatIsForgottenIsNoGatewayAnyMore() {
    String external = fleet.admin().externalNetwork("198.51.100.0/24", WIRE);
    fleet.up("gate1", "192.0.2.11", WIRE);
    fleet.up("gate2", "192.0.2.12", WIRE);
    fleet.port(tenant, left, "one");
    tenant.joined(tenant.router(external), leftSubnet);
    List<String> before = gateways("one");
    fleet.forget(before.getFirst());
    assertThat(gateways("one")).containsExactly(before.get(1));
    assertThat(fleet.ids("one", TunnelEndpointSpec.class)).doesNotContain(before.getFirst());
  }

  @Test
  void gatewaysAreSpreadOverTheHostsAndThreeAreEnough() {
    String external = fleet.admin().externalNetwork("198.51.100.0/24", WIRE);
    for (int i = 1; i <= 5; i++) {
      fleet.up("gate" + i, "192.0.2.1" + i, WIRE);
    }
    Set<String> first = new TreeSet<>();
    for (int i = 0; i < 8; i++) {
      String router = tenant.router(external);
      String subnet = tenant.subnet("10.1." + i + ".0/24");
      tenant.joined(router, subnet);
      String network = tenant.get("subnets/" + subnet).at("/subnet/network_id");
      fleet.port(tenant, network, "host" + i);
      assertThat(gateways("host" + i)).hasSize(3).doesNotHaveDuplicates();
      first.add(gateways("host" + i).getFirst());
    }
    assertThat(first).hasSizeGreaterThan(1);
  }

  @Test
  void namesTheHostThatAnswersForAFloatingIp() {
    String external = fleet.admin().externalNetwork("198.51.100.0/24", WIRE);
    fleet.up("gate1", "192.0.2.11", WIRE);
    fleet.up("two", "192.0.2.2", WIRE);
    Answer port = fleet.port(tenant, left, "one");
    tenant.joined(tenant.router(external), leftSubnet);
    Answer made = tenant.floatingIp(external);
    tenant.associate(made.at("/floatingip/id"), Map.of("port_id", port.at("/port/id")));
    RouterSpec.FloatingIp told = floatingIp("one");
    assertThat(told.address()).isEqualTo(made.at("/floatingip/floating_ip_address"));
    assertThat(told.target())
        .contains(
            new RouterSpec.Target(port.at("/port/id"), port.at("/port/fixed_ips/0/ip_address")));
    assertThat(told.host()).isEqualTo(gateways("one").getFirst());
    fleet.bind(port.at("/port/id"), "two");
    assertThat(floatingIp("two").host()).isEqualTo("two");
    assertThat(floatingIp("gate1").host()).isEqualTo("two");
    assertThat(fleet.everything("one")).isEmpty();
    fleet.up("two", "192.0.2.2");
    assertThat(floatingIp("two").host()).as("its wire is gone").isEqualTo("gate1");
    tenant.delete("ports/" + port.at("/port/id"));
    assertThat(fleet.everything("two")).isEmpty();
    assertThat(fleet.only("gate1", RouterSpec.class).floatingIps()).isEmpty();
  }

  @Test
  void tellsOfPortForwardings() {
    String external = fleet.admin().externalNetwork("198.51.100.0/24", WIRE);
    fleet.up("gate1", "192.0.2.11", WIRE);
    Answer port = fleet.port(tenant, left, "one");
    tenant.joined(tenant.router(external), leftSubnet);
    String path =
        "floatingips/" + tenant.floatingIp(external).at("/floatingip/id") + "/port_forwardings";
    Map<String, Object> forwarding =
        Map.of(
            "protocol", "udp",
            "internal_port_id", port.at("/port/id"),
            "external_port_range", "5000:5009",
            "internal_port_range", "53:62");
    String id = tenant.made(path, "port_forwarding", forwarding).at("/port_forwarding/id");
    RouterSpec.FloatingIp told = floatingIp("one");
    assertThat(told.host()).isEqualTo("gate1");
    assertThat(told.target()).isEmpty();
    RouterSpec.Target to =
        new RouterSpec.Target(port.at("/port/id"), port.at("/port/fixed_ips/0/ip_address"));
    assertThat(told.forwardings())
        .containsExactly(new RouterSpec.Forwarding(id, 17, 5000, 5009, 53, to));
    tenant.delete(path + "/" + id);
    assertThat(fleet.only("one", RouterSpec.class).floatingIps()).isEmpty();
  }

  @Test
  void aHostThatLosesItsLastPortOnAnExternalNetworkStillLeadsOutByIt() {
    String external = fleet.admin().externalNetwork("198.51.100.0/24", WIRE);
    fleet.up("one", "192.0.2.1", WIRE);
    fleet.port(tenant, left, "one");
    tenant.joined(tenant.router(external), leftSubnet);
    String outside = fleet.port(fleet.admin(), external, "two").at("/port/id");
    String own = fleet.port(fleet.admin(), external, "one").at("/port/id");
    assertThat(fleet.ids("one", PortSpec.class)).contains(outside, own).hasSize(3);
    fleet.admin().delete("ports/" + own);
    assertThat(fleet.ids("one", PortSpec.class)).hasSize(1);
    assertThat(fleet.ids("one", NetworkSpec.class)).contains(external);
  }

  @Test
  void anEarlierVersionsWordsAreToldAnewAtStartAndOnlyThose() {
    fleet.port(tenant, left, "one");
    fleet.port(tenant, right, "two");
    String router = tenant.router();
    tenant.joined(router, leftSubnet);
    tenant.joined(router, rightSubnet);
    List<DesiredState> before = fleet.everything("one");
    fleet.retelling().run().block(Fleet.SOON);
    assertThat(fleet.everything("one")).isEqualTo(before);
    fleet
        .api()
        .database()
        .sql(
            """
            UPDATE desired_state SET spec = spec - 'provider', deleted = false
             WHERE kind = 'network' AND host = 'one'
            """)
        .execute()
        .block(Fleet.SOON);
    fleet
        .api()
        .database()
        .sql(
            """
            DELETE FROM desired_state
             WHERE host = 'one' AND kind IN ('tunnel-endpoint', 'router') OR host = 'two'
            """)
        .execute()
        .block(Fleet.SOON);
    fleet.retelling().run().block(Fleet.SOON);
    assertThat(fleet.ids("one", TunnelEndpointSpec.class)).containsExactly("two");
    assertThat(fleet.only("one", RouterSpec.class).interfaces()).hasSize(2);
    assertThat(network("one", left).generation()).isEqualTo(2);
    assertThat(fleet.ids("two", PortSpec.class)).hasSize(2);
  }

  private NetworkSpec network(String host, String id) {
    return fleet.told(host, NetworkSpec.class).stream()
        .filter(spec -> spec.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private List<String> gateways(String host) {
    return fleet.only(host, RouterSpec.class).gateway().orElseThrow().hosts();
  }

  private RouterSpec.FloatingIp floatingIp(String host) {
    List<RouterSpec.FloatingIp> all = fleet.only(host, RouterSpec.class).floatingIps();
    assertThat(all).hasSize(1);
    return all.getFirst();
  }
}
