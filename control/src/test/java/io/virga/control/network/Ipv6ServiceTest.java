package io.virga.control.network;

import static io.virga.control.network.TenantClient.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.NetworkSpec.Ipv6Mode;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.PortSpec.FixedAddress;
import io.virga.dataplane.desired.RouterSpec;
import io.virga.dataplane.desired.SecurityGroupSpec;
import io.virga.dataplane.desired.SecurityGroupSpec.EtherType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** IPv6 of Neutron's API over a real database. */
final class Ipv6ServiceTest {

  private static final Fleet FLEET = new Fleet();

  private final TenantClient tenant = FLEET.tenant(UUID.randomUUID().toString());
  private final TenantClient admin = FLEET.admin();
  private final String network = tenant.network("n");

  @AfterAll
  static void close() {
    FLEET.close();
  }

  @Test
  void showsASubnetWithItsDefaultsAndFindsItByThem() {
    String id = subnet("2001:DB8:0:1::/64", Map.of("name", "six")).at("/subnet/id");
    subnet("2001:db8:0:2::/64", Map.of("ipv6_ra_mode", "slaac"));
    tenant.subnet(network, "10.0.0.0/24");
    Answer shown = tenant.get("subnets/" + id);
    assertThat(shown.at("/subnet/cidr")).isEqualTo("2001:db8:0:1::/64");
    assertThat(shown.json().at("/subnet/ip_version").asInt()).isEqualTo(6);
    assertThat(shown.at("/subnet/gateway_ip")).isEqualTo("2001:db8:0:1::1");
    assertThat(shown.at("/subnet/allocation_pools/0/start")).isEqualTo("2001:db8:0:1::2");
    assertThat(shown.at("/subnet/allocation_pools/0/end"))
        .isEqualTo("2001:db8:0:1:ffff:ffff:ffff:ffff");
    assertThat(shown.json().at("/subnet/ipv6_ra_mode").isNull()).isTrue();
    String found = "subnets?network_id=" + network;
    assertThat(size(found + "&ip_version=6")).isEqualTo(2);
    assertThat(size(found + "&ipv6_ra_mode=slaac")).isEqualTo(1);
  }

  private int size(String query) {
    return tenant.get(query).json().at("/subnets").size();
  }

  @ParameterizedTest
  @CsvSource({
    "slaac,slaac",
    "slaac,",
    ",slaac",
    "dhcpv6-stateful,dhcpv6-stateful",
    "dhcpv6-stateless,dhcpv6-stateless",
    "dhcpv6-stateful,",
    ",dhcpv6-stateless",
  })
  void takesModesThatGoTogether(String ra, String address) {
    Answer made = subnet("2001:db8::/64", modes(ra, address));
    assertThat(made.json().at("/subnet/ipv6_ra_mode").asString(null)).isEqualTo(ra);
    assertThat(made.json().at("/subnet/ipv6_address_mode").asString(null)).isEqualTo(address);
  }

  @ParameterizedTest
  @CsvSource({
    "2001:db8::/64,6,slaac,dhcpv6-stateful,true",
    "2001:db8::/64,6,dhcpv6-stateless,slaac,true",
    "2001:db8::/64,6,slaac,slaac,false",
    "2001:db8::/64,6,magic,,true",
    "2001:db8::/60,6,slaac,slaac,true",
    "2001:db8::/80,6,,dhcpv6-stateless,true",
    "10.0.0.0/24,4,slaac,slaac,true",
    "10.0.0.0/24,6,,,true",
    "2001:db8::/64,4,,,true",
    "2001:db8::/64,5,,,true",
    "2001:db8::/127,6,,,true",
    "2001:db8::/129,6,,,true",
    "fe80::/64,6,,,true",
    "ff00::/64,6,,,true",
    "2001:db8::g/64,6,,,true",
  })
  void refusesWhatDoesNotGoTogether(
      String cidr, int version, String ra, String address, boolean dhcp) {
    Map<String, Object> body = new HashMap<>(modes(ra, address));
    body.put("network_id", network);
    body.put("cidr", cidr);
    body.put("ip_version", version);
    body.put("enable_dhcp", dhcp);
    assertThat(tenant.post("subnets", "subnet", body).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.1", "2001:db8:1::1", "nonsense"})
  void refusesAGatewayThatIsElsewhere(String gateway) {
    Map<String, Object> body = body("2001:db8::/64", Map.of("gateway_ip", gateway));
    refused(tenant.post("subnets", "subnet", body), 400, "InvalidInput");
  }

  @Test
  void takesALinkLocalGatewayAndNameServersOfItsFamily() {
    subnet("2001:db8::/64", Map.of("gateway_ip", "fe80::1"));
    Map<String, Object> mixed =
        body("2001:db8:1::/64", Map.of("dns_nameservers", List.of("9.9.9.9")));
    refused(tenant.post("subnets", "subnet", mixed), 400, "InvalidInput");
    Map<String, ?> route = Map.of("destination", "2001:db8:f::/48", "nexthop", "10.0.0.1");
    Map<String, Object> routed = body("2001:db8:1::/64", Map.of("host_routes", List.of(route)));
    refused(tenant.post("subnets", "subnet", routed), 400, "InvalidInput");
  }

  @Test
  void keepsItsModes() {
    String id = subnet("2001:db8::/64", modes("slaac", "slaac")).at("/subnet/id");
    refused(change(id, Map.of("ipv6_ra_mode", "dhcpv6-stateful")), 400, "InvalidInput");
    refused(change(id, Map.of("enable_dhcp", false)), 400, "InvalidInput");
    assertThat(change(id, Map.of("name", "x")).status()).isEqualTo(200);
  }

  private Answer change(String id, Map<String, ?> members) {
    return tenant.put("subnets/" + id, Map.of("subnet", members));
  }

  @Test
  void aPortHasAnAddressOfEachFamilyAndThoseThatItsMachineMakes() {
    tenant.subnet(network, "10.0.0.0/24");
    subnet("2001:db8:1::/64", modes("dhcpv6-stateful", "dhcpv6-stateful"));
    subnet("2001:db8:2::/64", modes("slaac", "slaac"));
    subnet("2001:db8:3::/64", modes("dhcpv6-stateless", ""));
    Answer port = made(Map.of("mac_address", "fa:16:3e:00:00:2a"));
    assertThat(addresses(port))
        .containsExactly(
            "10.0.0.2",
            "2001:db8:1::2",
            "2001:db8:2:0:f816:3eff:fe00:2a",
            "2001:db8:3:0:f816:3eff:fe00:2a");
    assertThat(addresses(made(Map.of("fixed_ips", List.of(Map.of("ip_address", "10.0.0.9"))))))
        .hasSize(3)
        .contains("10.0.0.9");
  }

  @Test
  void givesNoAddressOfChoiceWhereMachinesMakeTheirs() {
    String subnet = subnet("2001:db8::/64", modes("slaac", "slaac")).at("/subnet/id");
    Map<String, ?> chosen =
        Map.of("network_id", network, "fixed_ips", List.of(Map.of("ip_address", "2001:db8::5")));
    refused(tenant.post("ports", "port", chosen), 400, "AllocationOnAutoAddressSubnet");
    Answer port = made(Map.of("fixed_ips", List.of(Map.of("subnet_id", subnet))));
    assertThat(addresses(port)).hasSize(1);
    List<Map<String, String>> same =
        List.of(Map.of("subnet_id", subnet, "ip_address", addresses(port).getFirst()));
    Answer kept =
        tenant.put("ports/" + port.at("/port/id"), Map.of("port", Map.of("fixed_ips", same)));
    assertThat(kept.status()).as(kept.text()).isEqualTo(200);
    assertThat(addresses(kept)).isEqualTo(addresses(port));
  }

  @Test
  void theAddressFollowsTheMac() {
    subnet("2001:db8:1::/64", modes("", ""));
    subnet("2001:db8:2::/64", modes("slaac", "slaac"));
    String port = made(Map.of("mac_address", "fa:16:3e:00:00:01")).at("/port/id");
    Answer moved =
        admin.put("ports/" + port, Map.of("port", Map.of("mac_address", "fa:16:3e:00:00:02")));
    assertThat(moved.status()).as(moved.text()).isEqualTo(200);
    assertThat(addresses(moved)).containsExactly("2001:db8:1::2", "2001:db8:2:0:f816:3eff:fe00:2");
  }

  @Test
  void portsGetAndLoseAddressesWithASubnet() {
    String host = "host-" + network;
    FLEET.up(host, "198.51.100.7");
    String group = tenant.make("security-groups", "security_group", Map.of("name", "g"));
    String port =
        made(Map.of("mac_address", "fa:16:3e:00:00:2a", "security_groups", List.of(group)))
            .at("/port/id");
    FLEET.bind(port, host);
    String subnet = subnet("2001:db8::/64", modes("slaac", "slaac")).at("/subnet/id");
    String address = "2001:db8::f816:3eff:fe00:2a";
    assertThat(addresses(tenant.get("ports/" + port))).containsExactly(address);
    assertThat(FLEET.only(host, PortSpec.class).addresses())
        .containsExactly(new FixedAddress(subnet, address));
    assertThat(told(host, group).memberAddresses()).containsExactly(address);
    NetworkSpec.SubnetSpec told = FLEET.only(host, NetworkSpec.class).subnets().getFirst();
    assertThat(told.raMode()).contains(Ipv6Mode.SLAAC);
    assertThat(told.addressMode()).contains(Ipv6Mode.SLAAC);
    String router = tenant.router();
    tenant.joined(router, subnet);
    refused(tenant.delete("subnets/" + subnet), 409, "SubnetInUse");
    tenant.leave(router, subnet);
    Answer gone = tenant.delete("subnets/" + subnet);
    assertThat(gone.status()).as(gone.text()).isEqualTo(204);
    assertThat(FLEET.only(host, PortSpec.class).addresses()).isEmpty();
    assertThat(told(host, group).memberAddresses()).isEmpty();
  }

  private static SecurityGroupSpec told(String host, String group) {
    return FLEET.told(host, SecurityGroupSpec.class).stream()
        .filter(spec -> spec.id().equals(group))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aRouterHasOnePortForAllIpv6SubnetsOfANetwork() {
    String host = "host-" + network;
    FLEET.up(host, "198.51.100.8");
    String ipv4 = tenant.subnet(network, "10.0.0.0/24");
    String one = subnet("2001:db8:1::/64", modes("slaac", "slaac")).at("/subnet/id");
    String two = subnet("2001:db8:2::/64", modes("slaac", "slaac")).at("/subnet/id");
    FLEET.bind(made(Map.of()).at("/port/id"), host);
    String router = tenant.router();
    String first = tenant.join(router, ipv4).at("/port_id");
    Answer joined = tenant.join(router, one);
    String second = joined.at("/port_id");
    assertThat(second).as(joined.text()).isNotEqualTo(first);
    Answer again = tenant.join(router, two);
    assertThat(again.at("/port_id")).as(again.text()).isEqualTo(second);
    assertThat(again.at("/subnet_id")).isEqualTo(two);
    assertThat(addresses(tenant.get("ports/" + second)))
        .containsExactly("2001:db8:1::1", "2001:db8:2::1");
    assertThat(FLEET.only(host, RouterSpec.class).interfaces()).hasSize(2);
    refused(tenant.join(router, two), 400, "BadRequest");
    String other = made(Map.of()).at("/port/id");
    refused(
        tenant.put("routers/" + router + "/add_router_interface", Map.of("port_id", other)),
        400,
        "BadRequest");
    assertThat(tenant.leave(router, one).at("/port_id")).isEqualTo(second);
    assertThat(addresses(tenant.get("ports/" + second))).containsExactly("2001:db8:2::1");
    Map<String, ?> route = Map.of("destination", "2001:db8:f::/48", "nexthop", "2001:db8:2::99");
    Answer routed = tenant.update(router, Map.of("routes", List.of(route)));
    assertThat(routed.status()).as(routed.text()).isEqualTo(200);
    assertThat(FLEET.only(host, RouterSpec.class).routes())
        .containsExactly(new RouterSpec.Route("2001:db8:f::/48", "2001:db8:2::99"));
  }

  @Test
  void aSubnetThatAnotherRouterAdvertisesIsNotOurs() {
    String subnet = subnet("2001:db8::/64", modes("", "slaac")).at("/subnet/id");
    refused(tenant.join(tenant.router(), subnet), 400, "BadRequest");
  }

  @Test
  void rulesSpeakOfIpv6() {
    String group = tenant.make("security-groups", "security_group", Map.of("name", "g"));
    String host = "host-" + network;
    FLEET.up(host, "198.51.100.9");
    FLEET.bind(made(Map.of("security_groups", List.of(group))).at("/port/id"), host);
    Answer made =
        rule(
            group,
            Map.of("protocol", "icmp", "remote_ip_prefix", "2001:DB8::/32", "ethertype", "IPv6"));
    assertThat(made.at("/security_group_rule/remote_ip_prefix")).isEqualTo("2001:db8::/32");
    rule(group, Map.of("protocol", "ipv6-icmp", "ethertype", "IPv6", "port_range_min", 128));
    assertThat(told(host, group).rules())
        .filteredOn(rule -> rule.protocol().isPresent())
        .hasSize(2)
        .allSatisfy(
            rule -> {
              assertThat(rule.etherType()).isEqualTo(EtherType.IPV6);
              assertThat(rule.protocol()).isEqualTo(Optional.of(58));
            });
    refused(
        rule(group, Map.of("protocol", "icmpv6", "ethertype", "IPv4")),
        400,
        "SecurityGroupEthertypeConflictWithProtocol");
    refused(
        rule(group, Map.of("remote_ip_prefix", "2001:db8::/32")),
        400,
        "SecurityGroupRuleParameterConflict");
    refused(rule(group, Map.of("remote_ip_prefix", "2001:db8::/x")), 400, "InvalidInput");
  }

  private Answer rule(String group, Map<String, ?> members) {
    Map<String, Object> body = new HashMap<>(members);
    body.put("security_group_id", group);
    body.put("direction", "ingress");
    return tenant.post("security-group-rules", "security_group_rule", body);
  }

  @Test
  void aFloatingIpIsOfIpv4() {
    String external = admin.externalNetwork("192.0.2.0/24");
    admin.made(
        "subnets",
        "subnet",
        Map.of("network_id", external, "cidr", "2001:db8:e::/64", "ip_version", 6));
    tenant.joined(tenant.router(external), tenant.subnet(network, "10.0.0.0/24"));
    subnet("2001:db8::/64", modes("slaac", "slaac"));
    Answer floating = tenant.floatingIp(external);
    assertThat(floating.at("/floatingip/floating_ip_address")).startsWith("192.0.2.");
    String port = tenant.port(network).at("/port/id");
    Answer associated = tenant.associate(floating.at("/floatingip/id"), Map.of("port_id", port));
    assertThat(associated.at("/floatingip/fixed_ip_address")).isEqualTo("10.0.0.2");
    String six =
        admin.made("networks", "network", Map.of("router:external", true)).at("/network/id");
    admin.made(
        "subnets", "subnet", Map.of("network_id", six, "cidr", "2001:db8:f::/64", "ip_version", 6));
    refused(
        tenant.post("floatingips", "floatingip", Map.of("floating_network_id", six)),
        400,
        "BadRequest");
  }

  @Test
  void aNetworkMayHaveAPoolForEachFamily() {
    Map<String, ?> pool =
        Map.of("name", "p", "prefixes", List.of("2001:db8::/48"), "default_prefixlen", 64);
    String id = tenant.make("subnetpools", "subnetpool", pool);
    tenant.subnet(network, "10.0.0.0/24");
    Map<String, ?> body = Map.of("network_id", network, "ip_version", 6, "subnetpool_id", id);
    assertThat(tenant.made("subnets", "subnet", body).at("/subnet/cidr"))
        .isEqualTo("2001:db8::/64");
  }

  private static Map<String, Object> modes(String ra, String address) {
    Map<String, Object> modes = new HashMap<>();
    put(modes, "ipv6_ra_mode", ra);
    put(modes, "ipv6_address_mode", address);
    return modes;
  }

  private static void put(Map<String, Object> modes, String name, String mode) {
    if (mode != null && !mode.isEmpty()) {
      modes.put(name, mode);
    }
  }

  private Map<String, Object> body(String cidr, Map<String, ?> members) {
    Map<String, Object> body = new HashMap<>(members);
    body.put("network_id", network);
    body.put("cidr", cidr);
    body.put("ip_version", 6);
    return body;
  }

  private Answer subnet(String cidr, Map<String, ?> members) {
    return tenant.made("subnets", "subnet", body(cidr, members));
  }

  private Answer made(Map<String, ?> members) {
    Map<String, Object> body = new HashMap<>(members);
    body.put("network_id", network);
    return tenant.made("ports", "port", body);
  }

  private static List<String> addresses(Answer port) {
    return port.json().at("/port/fixed_ips").findValuesAsString("ip_address");
  }
}
