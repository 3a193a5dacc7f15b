package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.MacAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * VXLAN between hosts (RFC 7348). It is known which host a MAC is on, so that nothing is flooded to
 * find it; packets come from known endpoints only, and what came by a tunnel never leaves by one.
 */
final class TunnelFlows {

  private final int tunnel;
  private final HostView view;
  private final FlowSet flows;

  /**
   * @param tunnel the VXLAN port
   */
  TunnelFlows(int tunnel, HostView view, FlowSet flows) {
    this.tunnel = tunnel;
    this.view = view;
    this.flows = flows;
  }

  /** Lets in what other hosts send. */
  void compileEndpoints() {
    for (Map.Entry<String, Ipv4Address> endpoint : view.topology().tunnelEndpoints().entrySet()) {
      if (!endpoint.getKey().equals(view.host())) {
        flows.next(
            key(
                Tables.CLASSIFY,
                100,
                Match.ANY
                    .with(OxmField.IN_PORT, tunnel)
                    .with(OxmField.TUNNEL_IPV4_SRC, endpoint.getValue().unsigned())
                    .with(OxmField.VLAN_VID, 0)),
            List.of(new Action.SetField(Registers.ORIGIN, Registers.FROM_TUNNEL)),
            Tables.TUNNEL);
      }
    }
  }

  /** A network's way in. */
  void compileIn(Segment segment) {
    long vni = segment.network().vni();
    flows.next(
        key(Tables.TUNNEL, 100, Match.ANY.with(OxmField.TUNNEL_ID, vni)),
        List.of(new Action.SetField(OxmField.METADATA, vni)),
        Tables.FORWARD);
  }

  /** A network's way to those of its ports that are on other hosts. */
  void compileOut(Segment segment) {
    long vni = segment.network().vni();
    for (PortSpec port : segment.ports()) {
      endpoint(port)
          .forEach(
              address -> MacAddress.parse(port.mac()).ifPresent(mac -> reach(vni, mac, address)));
    }
  }

  private void reach(long vni, MacAddress mac, Ipv4Address endpoint) {
    flows.end(
        key(
            Tables.FORWARD,
            100,
            Registers.notFromTunnel(Match.ANY)
                .with(OxmField.METADATA, vni)
                .with(OxmField.ETH_DST, mac.bits())),
        toEndpoint(vni, endpoint));
  }

  /** One copy for each other host that has a port of the network. */
  List<List<Action>> copies(Segment segment) {
    return segment.ports().stream()
        .flatMap(this::endpoint)
        .distinct()
        .sorted()
        .map(endpoint -> toEndpoint(segment.network().vni(), endpoint))
        .toList();
  }

  /** Through the tunnel to another host, in a network's own number. */
  private List<Action> toEndpoint(long vni, Ipv4Address endpoint) {
    return List.of(
        new Action.SetField(OxmField.TUNNEL_ID, vni),
        new Action.SetField(OxmField.TUNNEL_IPV4_DST, endpoint.unsigned()),
        new Action.Output(tunnel));
  }

  private Stream<Ipv4Address> endpoint(PortSpec port) {
    return port.host().equals(view.host())
        ? Stream.empty()
        : Stream.ofNullable(view.topology().tunnelEndpoints().get(port.host()));
  }
}
