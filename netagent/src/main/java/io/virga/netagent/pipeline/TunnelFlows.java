package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.MacAddress;
import java.util.List;
import java.util.Set;

/**
 * VXLAN between hosts (RFC 7348). It is known which host a MAC is on, so that nothing is flooded to
 * find it; packets come from known endpoints only, and what came by a tunnel never leaves by one.
 */
final class TunnelFlows {

  private TunnelFlows() {}

  /**
   * Lets in what other hosts send.
   *
   * @param tunnel the VXLAN port
   */
  record Endpoints(int tunnel, Set<Ipv4Address> others) implements Piece.Whole {

    Endpoints {
      others = Set.copyOf(others);
    }

    @Override
    public void compile(FlowSet flows) {
      for (Ipv4Address other : others) {
        flows.next(
            key(
                Tables.CLASSIFY,
                100,
                Match.ANY
                    .with(OxmField.IN_PORT, tunnel)
                    .with(OxmField.TUNNEL_IPV4_SRC, other.unsigned())
                    .with(OxmField.VLAN_VID, 0)),
            List.of(new Action.SetField(Registers.ORIGIN, Registers.FROM_TUNNEL)),
            Tables.TUNNEL);
      }
    }
  }

  /** A network's way to one of its ports that is on another host. */
  record RemotePort(int tunnel, long vni, MacAddress mac, Ipv4Address endpoint)
      implements Piece.Part {

    @Override
    public void compile(FlowSet flows) {
      flows.end(
          key(
              Tables.FORWARD,
              100,
              Registers.notFromTunnel(Match.ANY)
                  .with(OxmField.METADATA, vni)
                  .with(OxmField.ETH_DST, mac.bits())),
          toEndpoint(tunnel, vni, endpoint));
    }
  }

  /** A network's way in. */
  static void compileIn(long vni, FlowSet flows) {
    flows.next(
        key(Tables.TUNNEL, 100, Match.ANY.with(OxmField.TUNNEL_ID, vni)),
        List.of(new Action.SetField(OxmField.METADATA, vni)),
        Tables.FORWARD);
  }

  /** Through the tunnel to another host, in a network's own number. */
  static List<Action> toEndpoint(int tunnel, long vni, Ipv4Address endpoint) {
    return List.of(
        new Action.SetField(OxmField.TUNNEL_ID, vni),
        new Action.SetField(OxmField.TUNNEL_IPV4_DST, endpoint.unsigned()),
        new Action.Output(tunnel));
  }
}
