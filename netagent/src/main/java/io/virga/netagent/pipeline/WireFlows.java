package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.MacAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the agent hears of others on the wires of provider networks: answers to its ARP requests,
 * and what the machines that it knows say of themselves when they have another MAC.
 */
final class WireFlows {

  private static final int ARP_BYTES = 42;

  private WireFlows() {}

  static void compile(WirePresence presence, Map<WireAddress, MacAddress> learned, FlowSet flows) {
    for (WireAddress own : presence.own().keySet()) {
      flows.next(
          key(Tables.FROM_WIRE, 2, Match.ANY.with(OxmField.METADATA, own.vni())), Tables.ARRIVAL);
      flows.next(
          key(
              Tables.FROM_WIRE,
              90,
              arp(own)
                  .with(OxmField.ARP_OP, Packets.ARP_REPLY)
                  .with(OxmField.ARP_TPA, own.address().unsigned())),
          tellAgent(),
          Tables.ARRIVAL);
    }
    learned.forEach(
        (neighbour, mac) -> {
          Match said = arp(neighbour).with(OxmField.ARP_SPA, neighbour.address().unsigned());
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

  private static Match arp(WireAddress address) {
    return Packets.ARP.with(OxmField.METADATA, address.vni());
  }

  private static List<Action> tellAgent() {
    return List.of(
        new Action.Controller(
            ARP_BYTES,
            0,
            PacketInReason.userdata(PacketInReason.ARP_HEARD),
            Optional.of(Meters.ARP_HEARD)));
  }
}
