package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.RouterSpec;
import io.virga.dataplane.desired.SecurityGroupSpec;
import io.virga.dataplane.desired.TunnelEndpointSpec;
import io.virga.dataplane.watch.DesiredView;
import io.virga.netagent.packet.Ipv4Address;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What control tells a host of networks.
 *
 * @param networks by id
 * @param ports by id, of this host and of others
 * @param groups by id
 * @param routers by id
 * @param tunnelEndpoints where other hosts take tunnelled packets, by the host's name
 */
public record Topology(
    Map<String, NetworkSpec> networks,
    Map<String, PortSpec> ports,
    Map<String, SecurityGroupSpec> groups,
    Map<String, RouterSpec> routers,
    Map<String, Ipv4Address> tunnelEndpoints) {

  public Topology {
    networks = Map.copyOf(networks);
    ports = Map.copyOf(ports);
    groups = Map.copyOf(groups);
    routers = Map.copyOf(routers);
    tunnelEndpoints = Map.copyOf(tunnelEndpoints);
  }

  /** A port with the network that it is on. */
  public record Attachment(PortSpec port, NetworkSpec network) {}

  /** The port of the id, if it and its network are known. */
  public Optional<Attachment> attachment(String portId) {
    return Optional.ofNullable(ports.get(portId))
        .flatMap(
            port ->
                Optional.ofNullable(networks.get(port.networkId()))
                    .map(network -> new Attachment(port, network)));
  }

  /** What is in the view; an endpoint whose address is none is left out. */
  public static Topology of(DesiredView desired) {
    Map<String, Ipv4Address> endpoints = new HashMap<>();
    for (TunnelEndpointSpec endpoint : desired.of(TunnelEndpointSpec.class).values()) {
      Ipv4Address.parse(endpoint.address())
          .ifPresent(address -> endpoints.put(endpoint.id(), address));
    }
    return new Topology(
        desired.of(NetworkSpec.class),
        desired.of(PortSpec.class),
        desired.of(SecurityGroupSpec.class),
        desired.of(RouterSpec.class),
        endpoints);
  }
}
