package io.virga.control.network.api;

import io.virga.control.http.View;
import io.virga.control.network.model.PortForwarding;
import io.virga.control.network.router.RouterInterfaces.Interface;
import java.util.List;

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

  private static String range(int first, int last) {
    return first + ":" + last;
  }
}
