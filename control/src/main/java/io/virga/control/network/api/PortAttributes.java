package io.virga.control.network.api;

import io.virga.control.http.View;
import io.virga.control.network.model.DeviceOwner;
import io.virga.control.network.model.Port;
import io.virga.control.network.resource.Attribute;
import io.virga.control.network.resource.Filter;
import io.virga.control.network.resource.Filters;
import io.virga.control.network.resource.ResourceType;
import io.virga.control.tenancy.OwnedRows;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What clients see of ports. */
final class PortAttributes {

  /** As {@link Views#status}. */
  private static final String STATUS =
      """
      CASE WHEN p.device_owner = 'network:floatingip' THEN 'N/A'
           WHEN p.admin_state_up
                AND (p.wired OR p.device_owner IN ('network:router_interface', 'network:router_gateway'))
           THEN 'ACTIVE'
           ELSE 'DOWN' END\
      """;

  private static final Filter GROUPS =
      Filters.id("g.security_group_id")
          .within("p.id IN (SELECT g.port_id FROM port_security_group g WHERE %s)");

  private PortAttributes() {}

  static ResourceType<Port> type(OwnedRows<Port> rows) {
    return ResourceType.of(
            ResourceType.Names.of("port"),
            "port",
            rows,
            Stream.concat(attributes().stream(), bindings().stream()).toList())
        .removedUnder(":project IN (p.project_id, m.project_id)");
  }

  private static List<Attribute<Port>> attributes() {
    return List.of(
        Attribute.of("name", Port::name).text("p.name"),
        Attribute.of("network_id", Port::networkId).id("p.network_id"),
        Attribute.of("mac_address", Port::mac).text("p.mac"),
        Attribute.of("admin_state_up", Port::adminStateUp).flag("p.admin_state_up"),
        Attribute.<Port>of("status", Views::status).text("(" + STATUS + ")"),
        Attribute.of("device_id", Port::deviceId).text("p.device_id"),
        Attribute.of("device_owner", Port::deviceOwner).text("p.device_owner"),
        Attribute.<Port>of(
                "fixed_ips", port -> port.fixedIps().stream().map(Views::fixedIp).toList())
            .filteredBy(new FixedIpFilter()),
        Attribute.of("security_groups", Port::securityGroupIds).filteredBy(GROUPS),
        Attribute.of("allowed_address_pairs", Port::allowedAddressPairs),
        Attribute.of("port_security_enabled", Port::portSecurityEnabled)
            .flag("p.port_security_enabled"),
        Attribute.of("dns_name", Port::hostname).text("p.hostname"),
        Attribute.<Port>of("dns_assignment", DnsNames::assignment),
        Attribute.<Port>of("dns_domain", port -> port.options().networkDomain().orElse("")),
        Attribute.<Port>of("extra_dhcp_opts", port -> port.options().dhcpOptions()),
        Attribute.<Port>of("trunk_details", port -> port.options().carries()),
        Attribute.<Port>of("qos_policy_id", port -> port.options().qosPolicyId())
            .optionalId("p.qos_policy_id"),
        Attribute.<Port>of(
            "qos_network_policy_id",
            port ->
                DeviceOwner.isRouting(port.deviceOwner())
                    ? Optional.empty()
                    : port.options().networkQosPolicyId()),
        Attribute.<Port>of("binding:vnic_type", port -> "normal").text("'normal'::text"));
  }

  private static List<Attribute<Port>> bindings() {
    return List.of(
        Attribute.of("binding:host_id", Port::host).text("p.host").onlyForAdministrators(),
        Attribute.<Port>of("binding:vif_type", port -> port.host().isEmpty() ? "unbound" : "ovs")
            .onlyForAdministrators(),
        Attribute.<Port>of("binding:vif_details", port -> View.of("port_filter", true))
            .onlyForAdministrators(),
        Attribute.<Port>of("binding:profile", port -> View.of("tap", port.tapName()))
            .onlyForAdministrators());
  }
}
