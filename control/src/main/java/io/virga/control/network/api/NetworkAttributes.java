package io.virga.control.network.api;

import io.virga.control.network.model.Network;
import io.virga.control.network.resource.Attribute;
import io.virga.control.network.resource.ResourceType;
import io.virga.control.tenancy.OwnedRows;
import java.util.List;

/** What clients see of networks. */
final class NetworkAttributes {

  private NetworkAttributes() {}

  static ResourceType<Network> type(OwnedRows<Network> rows) {
    return ResourceType.of(ResourceType.Names.of("network"), "network", rows, attributes());
  }

  private static List<Attribute<Network>> attributes() {
    return List.of(
        Attribute.of("name", Network::name).text("n.name"),
        Attribute.of("admin_state_up", Network::adminStateUp).flag("n.admin_state_up"),
        Attribute.<Network>of("status", network -> Views.ACTIVE).text("'ACTIVE'::text"),
        Attribute.of("subnets", Network::subnetIds),
        Attribute.of("shared", Network::shared).filteredBy(RbacRoutes.sharedFilter("n")),
        Attribute.of("router:external", Network::external).flag("n.external"),
        Attribute.of("mtu", Network::mtu).number("n.mtu"),
        Attribute.of("port_security_enabled", Network::portSecurityEnabled)
            .flag("n.port_security_enabled"),
        Attribute.<Network>of("dns_domain", network -> network.dnsDomain().orElse(""))
            .text("coalesce(n.dns_domain, '')"),
        Attribute.of("qos_policy_id", Network::qosPolicyId).optionalId("n.qos_policy_id"),
        Attribute.<Network>of("availability_zones", network -> List.of(Views.ZONE)),
        Attribute.<Network>of("availability_zone_hints", network -> List.of()),
        Attribute.of("provider:network_type", Network::type)
            .text(
                """
                CASE WHEN n.physical_network IS NULL THEN 'vxlan'
                     WHEN n.vlan IS NULL THEN 'flat' ELSE 'vlan' END\
                """)
            .onlyForAdministrators(),
        Attribute.<Network>of(
                "provider:physical_network",
                network -> network.provider().map(Network.Provider::physicalNetwork))
            .optionalText("n.physical_network")
            .onlyForAdministrators(),
        Attribute.of("provider:segmentation_id", Network::segmentationId)
            .optionalNumber("CASE WHEN n.physical_network IS NULL THEN n.vni ELSE n.vlan END")
            .onlyForAdministrators());
  }
}
