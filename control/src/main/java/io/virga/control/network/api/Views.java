package io.virga.control.network.api;

import io.virga.control.http.View;
import io.virga.control.network.model.DeviceOwner;
import io.virga.control.network.model.Network;
import io.virga.control.network.model.Port;
import io.virga.control.network.model.SecurityGroup;
import io.virga.control.network.model.SecurityGroupRule;
import io.virga.control.network.model.Subnet;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** What clients see of things, in Neutron's words. */
final class Views {

  static final String ZONE = "nova";
  static final String ACTIVE = "ACTIVE";
  static final String DOWN = "DOWN";

  private Views() {}

  static View network(Network network, boolean admin) {
    View view =
        View.of("id", network.id())
            .with("name", network.name())
            .with("tenant_id", network.projectId())
            .with("project_id", network.projectId())
            .with("admin_state_up", network.adminStateUp())
            .with("status", "ACTIVE")
            .with("subnets", network.subnetIds())
            .with("shared", network.shared())
            .with("router:external", network.external())
            .with("mtu", network.mtu())
            .with("port_security_enabled", network.portSecurityEnabled())
            .with("availability_zones", List.of(ZONE))
            .with("availability_zone_hints", List.of());
    if (admin) {
      view.with("provider:network_type", "vxlan")
          .with("provider:physical_network", Optional.empty())
          .with("provider:segmentation_id", network.vni());
    }
    return standard(
        view, network.description(), network.createdAt(), network.updatedAt(), network.revision());
  }

  static View subnet(Subnet subnet) {
    View view =
        View.of("id", subnet.id())
            .with("name", subnet.name())
            .with("network_id", subnet.networkId())
            .with("tenant_id", subnet.projectId())
            .with("project_id", subnet.projectId())
            .with("ip_version", 4)
            .with("cidr", subnet.cidr())
            .with("gateway_ip", subnet.gatewayIp())
            .with("enable_dhcp", subnet.enableDhcp())
            .with("allocation_pools", subnet.pools())
            .with("dns_nameservers", subnet.dnsNameservers())
            .with("host_routes", subnet.hostRoutes())
            .with("ipv6_address_mode", Optional.empty())
            .with("ipv6_ra_mode", Optional.empty())
            .with("subnetpool_id", Optional.empty())
            .with("service_types", List.of());
    return standard(
        view, subnet.description(), subnet.createdAt(), subnet.updatedAt(), subnet.revision());
  }

  static View port(Port port, boolean admin) {
    View view =
        View.of("id", port.id())
            .with("name", port.name())
            .with("network_id", port.networkId())
            .with("tenant_id", port.projectId())
            .with("project_id", port.projectId())
            .with("mac_address", port.mac())
            .with("admin_state_up", port.adminStateUp())
            .with("status", status(port))
            .with("device_id", port.deviceId())
            .with("device_owner", port.deviceOwner())
            .with("fixed_ips", port.fixedIps().stream().map(Views::fixedIp).toList())
            .with("security_groups", port.securityGroupIds())
            .with("allowed_address_pairs", port.allowedAddressPairs())
            .with("port_security_enabled", port.portSecurityEnabled())
            .with("dns_name", port.hostname())
            .with("extra_dhcp_opts", List.of())
            .with("binding:vnic_type", "normal");
    if (admin) {
      view.with("binding:host_id", port.host())
          .with("binding:vif_type", port.host().isEmpty() ? "unbound" : "ovs")
          .with("binding:vif_details", View.of("port_filter", true))
          .with("binding:profile", View.of("tap", port.tapName()));
    }
    return standard(view, port.description(), port.createdAt(), port.updatedAt(), port.revision());
  }

  /** No host has to wire a router's port: every one that needs it routes by itself. */
  static String status(Port port) {
    return switch (port.deviceOwner()) {
      case DeviceOwner.FLOATING_IP -> "N/A";
      case DeviceOwner.ROUTER_INTERFACE, DeviceOwner.ROUTER_GATEWAY ->
          port.adminStateUp() ? ACTIVE : DOWN;
      default -> port.wired() && port.adminStateUp() ? ACTIVE : DOWN;
    };
  }

  static View group(SecurityGroup group) {
    View view =
        View.of("id", group.id())
            .with("name", group.name())
            .with("tenant_id", group.projectId())
            .with("project_id", group.projectId())
            .with("stateful", group.stateful())
            .with("shared", false)
            .with("security_group_rules", group.rules().stream().map(Views::rule).toList());
    return standard(
        view, group.description(), group.createdAt(), group.updatedAt(), group.revision());
  }

  static View rule(SecurityGroupRule rule) {
    View view =
        View.of("id", rule.id())
            .with("security_group_id", rule.securityGroupId())
            .with("tenant_id", rule.projectId())
            .with("project_id", rule.projectId())
            .with("direction", rule.direction())
            .with("ethertype", rule.etherType())
            .with("protocol", rule.protocol())
            .with("port_range_min", rule.portMin())
            .with("port_range_max", rule.portMax())
            .with("remote_ip_prefix", rule.remoteCidr())
            .with("remote_group_id", rule.remoteGroupId())
            .with("remote_address_group_id", Optional.empty());
    return standard(view, rule.description(), rule.createdAt(), rule.createdAt(), 0);
  }

  static View fixedIp(Port.FixedIp ip) {
    return View.of("subnet_id", ip.subnetId()).with("ip_address", ip.ipAddress());
  }

  static View standard(
      View view, String description, Instant created, Instant updated, long revision) {
    return view.with("description", description)
        .with("tags", List.of())
        .with("created_at", time(created))
        .with("updated_at", time(updated))
        .with("revision_number", revision);
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
