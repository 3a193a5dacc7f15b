package io.virga.control.network.desired;

import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.RouterSpec;
import io.virga.dataplane.desired.SecurityGroupSpec;
import io.virga.dataplane.desired.TunnelEndpointSpec;

/** Records of the network service with another generation. */
final class Generations {

  private Generations() {}

  static DesiredState of(DesiredState spec, long generation) {
    return switch (spec) {
      case NetworkSpec n ->
          new NetworkSpec(
              n.id(),
              generation,
              n.projectId(),
              n.vni(),
              n.mtu(),
              n.provider(),
              n.dnsDomain(),
              n.subnets());
      case PortSpec p ->
          new PortSpec(
              p.id(),
              generation,
              p.networkId(),
              p.projectId(),
              p.host(),
              p.deviceId(),
              p.interfaceName(),
              p.hostname(),
              p.mac(),
              p.adminUp(),
              p.portSecurity(),
              p.addresses(),
              p.securityGroupIds(),
              p.allowedAddressPairs(),
              p.dhcpOptions(),
              p.qos(),
              p.trunk());
      case RouterSpec r ->
          new RouterSpec(
              r.id(),
              generation,
              r.projectId(),
              r.number(),
              r.adminUp(),
              r.interfaces(),
              r.routes(),
              r.gateway(),
              r.floatingIps());
      case SecurityGroupSpec g ->
          new SecurityGroupSpec(g.id(), generation, g.rules(), g.memberAddresses(), g.stateless());
      case TunnelEndpointSpec t -> new TunnelEndpointSpec(t.id(), generation, t.address());
      default -> throw new IllegalArgumentException("not of the network service: " + spec);
    };
  }
}
