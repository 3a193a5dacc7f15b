package io.virga.netagent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.NetworkSpec.Ipv6Mode;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.RouterSpec;
import io.virga.netagent.dhcpv6.Dhcpv6Lease;
import io.virga.netagent.lab.Ipv6World;
import io.virga.netagent.lab.Routed;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.Ipv6Prefix;
import io.virga.netagent.packet.RouterAdvertisement;
import io.virga.netagent.packet.RouterAdvertisement.Prefix;
import io.virga.netagent.pipeline.HostView;
import io.virga.netagent.pipeline.Pipeline;
import io.virga.netagent.pipeline.Topology;
import io.virga.netagent.pipeline.Uplinks;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ports are told of their link, by advertisements and by DHCPv6. */
class AdvertisementsTest {

  private static final int OFPORT = 3;
  private static final PortSpec PORT = Ipv6World.port("host-a", 0, 1, Ipv6World.own(0, 1));
  private static final LeaseTerms TERMS = new LeaseTerms(Duration.ofHours(1), "openstacklocal.");
  private static final RouterSpec ROUTER = Ipv6World.with(Routed.router(1), 0);

  private static HostView view(NetworkSpec network, RouterSpec... routers) {
    return new HostView(
        "host-a",
        new Topology(
            Map.of(network.id(), network),
            Map.of(PORT.id(), PORT),
            Map.of(),
            routers.length == 0 ? Map.of() : Map.of(routers[0].id(), routers[0]),
            Map.of()),
        Map.of(PORT.id(), OFPORT),
        Uplinks.NONE,
        Map.of(),
        Optional.empty(),
        Map.of());
  }

  private static RouterAdvertisement only(HostView view) {
    List<RouterAdvertisement> all = Advertisements.of(view).getOrDefault(OFPORT, List.of());
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  @ParameterizedTest
  @CsvSource({
    "SLAAC, true, false, false",
    "DHCPV6_STATELESS, true, false, true",
    "DHCPV6_STATEFUL, false, true, false",
  })
  void flagsSayWhoGivesAddressesAndTheRest(
      Ipv6Mode mode, boolean autonomous, boolean managed, boolean other) {
    RouterAdvertisement told = only(view(Ipv6World.network(0, mode), ROUTER));
    assertThat(told.router()).hasToString("fa:16:3e:f6:01:00");
    assertThat(told.lifetimeSeconds()).isEqualTo(RouterAdvertisement.MAX_LIFETIME_SECONDS);
    assertThat(told.prefixes())
        .containsExactly(
            new Prefix(Ipv6Prefix.parse("2001:db8::/64").orElseThrow(), autonomous, true));
    assertThat(told.managed()).isEqualTo(managed);
    assertThat(told.otherConfiguration()).isEqualTo(other);
    assertThat(told.mtu()).isEqualTo(1400);
    assertThat(told.dnsServers()).hasToString("[" + Ipv6World.DNS_SERVER + "]");
  }

  @Test
  void aHostAdvertisesWhatNoRouterDoesAndIsNoWayOut() {
    NetworkSpec network = Ipv6World.network(0, Ipv6Mode.SLAAC);
    RouterSpec down = Routed.with(ROUTER, Map.of("adminUp", false));
    for (HostView view : List.of(view(network), view(network, down))) {
      assertThat(only(view).router()).isEqualTo(Pipeline.routerMac(network));
      assertThat(only(view).lifetimeSeconds()).isZero();
      assertThat(only(view).prefixes()).hasSize(1);
    }
  }

  @Test
  void nothingIsToldOfSubnetsThatOthersAdvertise() {
    assertThat(Advertisements.of(view(Routed.network(0), ROUTER))).isEmpty();
  }

  @Test
  void dhcpGivesAddressesWhereNobodySaysHowTheyAreComeBy() {
    NetworkSpec modeless = Ipv6World.modeless(0);
    assertThat(Advertisements.of(view(modeless, ROUTER))).isEmpty();
    assertThat(Dhcpv6Leases.of(PORT, modeless, TERMS))
        .hasValueSatisfying(lease -> assertThat(lease.addresses()).hasSize(1));
  }

  @ParameterizedTest
  @CsvSource({"SLAAC, false, 0", "DHCPV6_STATELESS, true, 0", "DHCPV6_STATEFUL, true, 1"})
  void dhcpGivesWhatTheModeLeavesToIt(Ipv6Mode mode, boolean answered, int addresses) {
    Optional<Dhcpv6Lease> told = Dhcpv6Leases.of(PORT, Ipv6World.network(0, mode), TERMS);
    assertThat(told.isPresent()).isEqualTo(answered);
    told.ifPresent(
        lease -> {
          assertThat(lease.addresses()).hasSize(addresses);
          assertThat(lease.dnsServers())
              .isEqualTo(List.of(Ipv6Address.parse(Ipv6World.DNS_SERVER).orElseThrow()));
        });
  }
}
