package io.virga.control.network.api;

import io.virga.control.http.View;
import io.virga.control.network.model.FloatingIp;
import io.virga.control.network.model.Port;
import io.virga.control.network.model.PortForwarding;
import io.virga.control.network.router.RouterInterfaces.Interface;
import java.util.List;
import java.util.Optional;

/** What clients see of routers and floating IPs, in Neutron's words. */
final class RouterViews {

  private RouterViews() {}

  static View attached(Interface made) {
    return View.of("id", made.router().id())
        .with("tenant_id", made.router().projectId())
        .with("project_id", made.router().projectId())
        .with("port_id", made.port().id())
        .with("network_id", made.port().networkId())
        .with("subnet_id", made.subnetIds().getFirst())
        .with("subnet_ids", made.subnetIds())
        .with("tags", List.of());
  }

  /**
   * A floating IP.
   *
   * @param port the one that it stands for
   */
  static View floatingIp(FloatingIp floatingIp, Optional<Port> port) {
    View view =
        View.of("id", floatingIp.id())
            .with("tenant_id", floatingIp.projectId())
            .with("project_id", floatingIp.projectId())
            .with("floating_network_id", floatingIp.networkId())
            .with("floating_ip_address", floatingIp.address())
            .with("router_id", floatingIp.routerId())
            .with("port_id", floatingIp.target().map(FloatingIp.Target::portId))
            .with("fixed_ip_address", floatingIp.target().map(FloatingIp.Target::fixedIp))
            .with("port_details", port.map(RouterViews::details))
            .with("status", floatingIp.routerId().isPresent() ? Views.ACTIVE : Views.DOWN)
            .with(
                "port_forwardings",
                floatingIp.forwardings().stream().map(RouterViews::forwarding).toList())
            .with("dns_name", "")
            .with("dns_domain", "");
    return Views.standard(
        view,
        floatingIp.description(),
        floatingIp.createdAt(),
        floatingIp.updatedAt(),
        floatingIp.revision());
  }

  static View forwarding(PortForwarding forwarding) {
    View view =
        View.of("id", forwarding.id())
            .with("protocol", forwarding.protocol())
            .with("internal_port_id", forwarding.internalPortId())
            .with("internal_ip_address", forwarding.internalIp())
            .with("description", forwarding.description())
            .with(
                "external_port_range",
                range(forwarding.externalPort(), forwarding.externalPortLast()))
            .with(
                "internal_port_range",
                range(forwarding.internalPort(), forwarding.internalPortLast()));
    return forwarding.externalPort() < forwarding.externalPortLast()
        ? view
        : view.with("external_port", forwarding.externalPort())
            .with("internal_port", forwarding.internalPort());
  }

  private static View details(Port port) {
    return View.of("name", port.name())
        .with("network_id", port.networkId())
        .with("mac_address", port.mac())
        .with("admin_state_up", port.adminStateUp())
        .with("status", Views.status(port))
        .with("device_id", port.deviceId())
        .with("device_owner", port.deviceOwner());
  }

  private static String range(int first, int last) {
    return first + ":" + last;
  }
}
