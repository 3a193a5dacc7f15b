package io.virga.control.network.api;

import io.virga.control.network.model.Ipv6Modes;
import io.virga.control.network.model.Subnet;
import io.virga.control.network.resource.Attribute;
import io.virga.control.network.resource.ResourceType;
import io.virga.control.tenancy.OwnedRows;
import java.util.List;

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
        Attribute.<Subnet>of("ip_version", subnet -> subnet.prefix().version())
            .number("family(s.cidr)"),
        Attribute.of("cidr", Subnet::cidr).text("s.cidr::text"),
        Attribute.of("gateway_ip", Subnet::gatewayIp).optionalText("host(s.gateway_ip)"),
        Attribute.of("enable_dhcp", Subnet::enableDhcp).flag("s.enable_dhcp"),
        Attribute.of("allocation_pools", Subnet::pools),
        Attribute.of("dns_nameservers", Subnet::dnsNameservers),
        Attribute.of("host_routes", Subnet::hostRoutes),
        Attribute.<Subnet>of(
                "ipv6_address_mode", subnet -> subnet.modes().address().map(Ipv6Modes::word))
            .optionalText("s.ipv6_address_mode"),
        Attribute.<Subnet>of("ipv6_ra_mode", subnet -> subnet.modes().ra().map(Ipv6Modes::word))
            .optionalText("s.ipv6_ra_mode"),
        Attribute.of("subnetpool_id", Subnet::subnetPoolId).optionalId("s.subnet_pool_id"),
        Attribute.<Subnet>of("service_types", subnet -> List.of()));
  }
}
