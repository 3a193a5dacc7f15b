package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OpenFlow;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.pipeline.HostView.MetadataDoor;
import java.util.List;

/**
 * The way between a guest and the metadata server. The guest's address is replaced by one that
 * names its port and that only answers to that port go back to: who completes a TCP handshake under
 * it sits behind that port. No state is kept; a port has one address under which it may ask.
 */
final class MetadataFlows {

  private static final int HTTP = 80;
  private static final MacAddress GUEST_SIDE_MAC = new MacAddress(0xfa163e6440ffL);
  private static final long DOOR_NETWORK = 0x64400000L;
  private static final long DOOR_MASK = 0xffff0000L;

  private MetadataFlows() {}

  static void compile(LocalPort port, MetadataDoor door, FlowSet flows) {
    if (port.ipv4().isEmpty()) {
      return;
    }
    Ipv4Address guest = port.ipv4().getFirst();
    Match request =
        Packets.IPV4
            .with(OxmField.IP_PROTO, Packets.TCP)
            .with(OxmField.IPV4_DST, MetadataDoor.WELL_KNOWN.unsigned())
            .with(OxmField.TCP_DST, HTTP);
    flows.next(
        key(Tables.SERVICES, 80, request.with(OxmField.METADATA, port.network().vni())),
        Tables.METADATA_REQUEST);
    flows.end(
        key(
            Tables.METADATA_REQUEST,
            100,
            request
                .with(Registers.SOURCE_PORT, port.ofport())
                .with(OxmField.IPV4_SRC, guest.unsigned())),
        List.of(
            new Action.Meter(Meters.metadata(port.ofport())),
            new Action.SetField(OxmField.ETH_SRC, GUEST_SIDE_MAC.bits()),
            new Action.SetField(OxmField.ETH_DST, door.mac().bits()),
            new Action.SetField(
                OxmField.IPV4_SRC, MetadataDoor.addressOf(port.ofport()).unsigned()),
            new Action.SetField(OxmField.IPV4_DST, door.address().unsigned()),
            new Action.SetField(OxmField.TCP_DST, door.tcpPort()),
            new Action.Output(door.ofport())));
    flows.end(
        key(
            Tables.METADATA_REPLY,
            100,
            Packets.IPV4
                .with(OxmField.IP_PROTO, Packets.TCP)
                .with(OxmField.IPV4_SRC, door.address().unsigned())
                .with(OxmField.IPV4_DST, MetadataDoor.addressOf(port.ofport()).unsigned())
                .with(OxmField.TCP_SRC, door.tcpPort())),
        List.of(
            new Action.SetField(OxmField.ETH_SRC, NetworkFlows.routerMac(port.network()).bits()),
            new Action.SetField(OxmField.ETH_DST, port.mac().bits()),
            new Action.SetField(OxmField.IPV4_SRC, MetadataDoor.WELL_KNOWN.unsigned()),
            new Action.SetField(OxmField.IPV4_DST, guest.unsigned()),
            new Action.SetField(OxmField.TCP_SRC, HTTP),
            new Action.Output(port.ofport())));
  }

  /** The server's own side: its ARP is answered here, all else is replies. */
  static void compileDoor(MetadataDoor door, FlowSet flows) {
    Match fromDoor = Match.ANY.with(OxmField.IN_PORT, door.ofport());
    flows.next(key(Tables.CLASSIFY, 100, fromDoor), Tables.METADATA_REPLY);
    flows.end(
        key(
            Tables.METADATA_REPLY,
            100,
            Packets.ARP.with(OxmField.ARP_OP, 1).with(OxmField.ARP_TPA, DOOR_NETWORK, DOOR_MASK)),
        NetworkFlows.arpReply(
            GUEST_SIDE_MAC,
            List.of(new Action.CopyField(Registers.SCRATCH, OxmField.ARP_SPA)),
            List.of(new Action.Output(OpenFlow.PORT_IN_PORT))));
  }
}
