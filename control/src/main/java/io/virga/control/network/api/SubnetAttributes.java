package io.virga.control.network.api;

import io.virga.control.network.model.Subnet;
import io.virga.control.network.resource.Attribute;
import io.virga.control.network.resource.ResourceType;
import io.virga.control.tenancy.OwnedRows;
import java.util.List;
import java.util.Optional;

/** What clients see of subnets. */
final class SubnetAttributes {

  private SubnetAttributes() {}

  static ResourceType<Subnet> type(OwnedRows<Subnet> rows) {
    return ResourceType.of(ResourceType.Names.of("subnet"), "subnet", rows, attributes());
  }

  private static List<Attribute<Subnet>> attributes() {
    return List.of(
        Attribute.of("name", Subnet::name).text("s.name"),
        Attribute.of("network_id", Subnet::networkId).id("s.network_id"),
        Attribute.<Subnet>of("ip_version", subnet -> 4).number("family(s.cidr)"),
        Attribute.of("cidr", Subnet::cidr).text("s.cidr::text"),
        Attribute.of("gateway_ip", Subnet::gatewayIp).optionalText("host(s.gateway_ip)"),
        Attribute.of("enable_dhcp", Subnet::enableDhcp).flag("s.enable_dhcp"),
        Attribute.of("allocation_pools", Subnet::pools),
        Attribute.of("dns_nameservers", Subnet::dnsNameservers),
        Attribute.of("host_routes", Subnet::hostRoutes),
        Attribute.<Subnet>of("ipv6_address_mode", subnet -> Optional.empty()),
        Attribute.<Subnet>of("ipv6_ra_mode", subnet -> Optional.empty()),
        Attribute.of("subnetpool_id", Subnet::subnetPoolId).optionalId("s.subnet_pool_id"),
        Attribute.<Subnet>of("service_types", subnet -> List.of()));
  }
}
