package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.packet.NeighbourFrame;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the agent hears of others on the wires of provider networks: answers to its questions, and
 * what the machines that it knows say of themselves when they have another MAC.
 */
record WireFlows(WirePresence presence, Map<NetworkAddress, MacAddress> learned)
    implements Piece.Whole {

  @Override
  public void compile(FlowSet flows) {
    for (NetworkAddress own : presence.own().keySet()) {
      flows.next(
          key(Tables.FROM_WIRE, 2, Match.ANY.with(OxmField.METADATA, own.vni())), Tables.ARRIVAL);
      Match answer =
          switch (own.address()) {
            case Ipv4Address four ->
                arp(own)
                    .with(OxmField.ARP_OP, Packets.ARP_REPLY)
                    .with(OxmField.ARP_TPA, four.unsigned());
            case Ipv6Address six -> Family.to(advertisement(own), six);
          };
      flows.next(key(Tables.FROM_WIRE, 90, answer), tellAgent(), Tables.ARRIVAL);
    }
    learned.forEach(
        (neighbour, mac) -> {
          if (neighbour.address() instanceof Ipv6Address six) {
            Match said = advertisement(neighbour).with(OxmField.ND_TARGET, six.octets());
            flows.next(key(Tables.FROM_WIRE, 100, said), tellAgent(), Tables.ARRIVAL);
            return;
          }
          Match said = arp(neighbour).with(OxmField.ARP_SPA, neighbour.address().octets());
          flows.next(key(Tables.FROM_WIRE, 100, said), tellAgent(), Tables.ARRIVAL);
          flows.next(
              key(
                  Tables.FROM_WIRE,
                  110,
                  said.with(OxmField.ARP_OP, Packets.ARP_REQUEST)
                      .with(OxmField.ARP_SHA, mac.bits())),
              Tables.ARRIVAL);
        });
    flows.next(key(Tables.ARRIVAL, 1, Match.ANY), Tables.FORWARD);
    flows.drop(key(Tables.ARRIVED, 200, Packets.invalid(Packets.IPV4)));
    flows.drop(key(Tables.NEXT_HOP, 200, Packets.invalid(Packets.IPV4)));
  }

  private static Match arp(NetworkAddress address) {
    return Packets.ARP.with(OxmField.METADATA, address.vni());
  }

  private static Match advertisement(NetworkAddress address) {
    return Discovery.ADVERTISEMENT.with(OxmField.METADATA, address.vni());
  }

  private static List<Action> tellAgent() {
    return List.of(
        new Action.Controller(
            NeighbourFrame.BYTES,
            0,
            PacketInReason.userdata(PacketInReason.MAC_HEARD),
            Optional.of(Meters.MAC_HEARD)));
  }
}
