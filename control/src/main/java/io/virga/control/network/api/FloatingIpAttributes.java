package io.virga.control.network.api;

import io.virga.control.http.View;
import io.virga.control.network.model.FloatingIp;
import io.virga.control.network.model.FloatingIp.PortDetails;
import io.virga.control.network.model.FloatingIp.Target;
import io.virga.control.network.resource.Attribute;
import io.virga.control.network.resource.Filters;
import io.virga.control.network.resource.ResourceType;
import io.virga.control.tenancy.OwnedRows;
import java.util.List;

/** What clients see of floating IPs. */
final class FloatingIpAttributes {

  private FloatingIpAttributes() {}

  static ResourceType<FloatingIp> type(OwnedRows<FloatingIp> rows) {
    return ResourceType.of(ResourceType.Names.of("floatingip"), "floating_ip", rows, attributes());
  }

  private static List<Attribute<FloatingIp>> attributes() {
    return List.of(
        Attribute.of("floating_network_id", FloatingIp::networkId)
            .filteredBy(Filters.id("e.network_id")),
        Attribute.of("floating_ip_address", FloatingIp::address)
            .filteredBy(
                Filters.text("host(a.address)")
                    .within("e.id IN (SELECT a.port_id FROM port_address a WHERE %s)")),
        Attribute.of("router_id", FloatingIp::routerId).optionalId("f.router_id"),
        Attribute.<FloatingIp>of("port_id", ip -> ip.target().map(Target::portId))
            .optionalId("f.port_id"),
        Attribute.<FloatingIp>of("fixed_ip_address", ip -> ip.target().map(Target::fixedIp))
            .optionalText("host(f.fixed_ip)"),
        Attribute.<FloatingIp>of("port_details", ip -> ip.port().map(FloatingIpAttributes::port)),
        Attribute.<FloatingIp>of(
                "status", ip -> ip.routerId().isPresent() ? Views.ACTIVE : Views.DOWN)
            .text("(CASE WHEN f.router_id IS NULL THEN 'DOWN' ELSE 'ACTIVE' END)"),
        Attribute.<FloatingIp>of(
            "port_forwardings",
            ip -> ip.forwardings().stream().map(RouterViews::forwarding).toList()),
        Attribute.<FloatingIp>of("dns_name", ip -> ""),
        Attribute.<FloatingIp>of("dns_domain", ip -> ""));
  }

  private static View port(PortDetails port) {
    return View.of("name", port.name())
        .with("network_id", port.networkId())
        .with("mac_address", port.mac())
        .with("admin_state_up", port.adminStateUp())
        .with("status", Views.status(port.deviceOwner(), port.adminStateUp(), port.wired()))
        .with("device_id", port.deviceId())
        .with("device_owner", port.deviceOwner());
  }
}
