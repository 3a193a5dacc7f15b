package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.netagent.dns.ResolverAddress;
import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OpenFlow;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.pipeline.HostView.MetadataDoor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The way between a guest and the metadata server, which answers DNS over TCP too. The guest's
 * address is replaced by one that names its port and that only answers to that port go back to: who
 * completes a TCP handshake under it sits behind that port. No state is kept; a port has one
 * address of each family under which it may ask.
 */
final class MetadataFlows {

  private static final int HTTP = 80;
  private static final MacAddress GUEST_SIDE_MAC = new MacAddress(0xfa163e6440ffL);

  private MetadataFlows() {}

  static void compile(LocalPort port, MetadataDoor door, FlowSet flows) {
    for (IpAddress server : door.addresses()) {
      asking(port, Family.of(server))
          .map(guest -> new Asking(port, guest, door, server))
          .ifPresent(
              guest -> {
                guest.compile(HTTP, door.tcpPort(), flows);
                guest.compile(ResolverAddress.DNS_PORT, door.dnsPort(), flows);
              });
    }
  }

  /** IPv6 asks an address of the link, and with one. */
  private static Optional<IpAddress> asking(LocalPort port, Family family) {
    return switch (family) {
      case IPV4 -> port.ipv4().stream().findFirst().map(IpAddress.class::cast);
      case IPV6 ->
          port.families().contains(family)
              ? Optional.of(Ipv6Address.linkLocal(port.mac()))
              : Optional.empty();
    };
  }

  static IpAddress wellKnown(Family family) {
    return family == Family.IPV4 ? MetadataDoor.WELL_KNOWN : MetadataDoor.WELL_KNOWN_IPV6;
  }

  /** The families in which ports of the network ask here. */
  static Set<Family> families(Segment segment, MetadataDoor door) {
    return door.addresses().stream()
        .map(Family::of)
        .filter(
            family -> segment.local().stream().anyMatch(port -> asking(port, family).isPresent()))
        .collect(Collectors.toSet());
  }

  /** Requests of a network's ports. */
  static void compile(NetworkSpec network, Family family, FlowSet flows) {
    for (int asked : List.of(HTTP, ResolverAddress.DNS_PORT)) {
      flows.next(
          key(Tables.SERVICES, 80, request(family, asked).with(OxmField.METADATA, network.vni())),
          Tables.METADATA_REQUEST);
    }
  }

  private static Match tcp(Family family) {
    return family.packets().with(OxmField.IP_PROTO, Packets.TCP);
  }

  private static Match request(Family family, int asked) {
    return Family.to(tcp(family), wellKnown(family)).with(OxmField.TCP_DST, asked);
  }

  /** A guest that asks one of the server's addresses. */
  private record Asking(LocalPort port, IpAddress guest, MetadataDoor door, IpAddress server) {

    /**
     * @param asked the transport port that the guest knows
     * @param served the one on which the server listens
     */
    void compile(int asked, int served, FlowSet flows) {
      Family family = Family.of(server);
      IpAddress seen = MetadataDoor.addressOf(family, port.ofport());
      flows.end(
          key(
              Tables.METADATA_REQUEST,
              100,
              request(family, asked)
                  .with(Registers.SOURCE_PORT, port.ofport())
                  .with(family.source(), guest.octets())),
          List.of(
              new Action.Meter(Meters.metadata(port.ofport())),
              new Action.SetField(OxmField.ETH_SRC, GUEST_SIDE_MAC.bits()),
              new Action.SetField(OxmField.ETH_DST, door.mac().bits()),
              new Action.SetField(family.source(), seen.octets()),
              new Action.SetField(family.destination(), server.octets()),
              new Action.SetField(OxmField.TCP_DST, served),
              new Action.Output(door.ofport())));
      flows.end(
          key(
              Tables.METADATA_REPLY,
              100,
              Family.to(tcp(family), seen)
                  .with(family.source(), server.octets())
                  .with(OxmField.TCP_SRC, served)),
          List.of(
              new Action.SetField(OxmField.ETH_SRC, NetworkFlows.routerMac(port.network()).bits()),
              new Action.SetField(OxmField.ETH_DST, port.mac().bits()),
              new Action.SetField(family.source(), wellKnown(family).octets()),
              new Action.SetField(family.destination(), guest.octets()),
              new Action.SetField(OxmField.TCP_SRC, asked),
              new Action.Output(port.ofport())));
    }
  }

  /** The server's own side: what asks for a guest's MAC is answered here, all else is replies. */
  static void compileDoor(MetadataDoor door, FlowSet flows) {
    Match fromDoor = Match.ANY.with(OxmField.IN_PORT, door.ofport());
    flows.next(key(Tables.CLASSIFY, 100, fromDoor), Tables.METADATA_REPLY);
    flows.end(
        key(
            Tables.METADATA_REPLY,
            100,
            Packets.ARP
                .with(OxmField.ARP_OP, Packets.ARP_REQUEST)
                .with(
                    OxmField.ARP_TPA,
                    MetadataDoor.GUESTS.address().octets(),
                    MetadataDoor.GUESTS.mask().octets())),
        NetworkFlows.arpReply(
            GUEST_SIDE_MAC,
            List.of(new Action.CopyField(Registers.SCRATCH, OxmField.ARP_SPA)),
            List.of(new Action.Output(OpenFlow.PORT_IN_PORT))));
    List<Action> answer =
        new ArrayList<>(
            DiscoveryFlows.answer(
                GUEST_SIDE_MAC,
                new Action.CopyField(OxmField.ND_TARGET, OxmField.IPV6_SRC),
                false));
    answer.add(new Action.Resubmit(Tables.ANSWER));
    flows.end(
        key(
            Tables.METADATA_REPLY,
            100,
            Discovery.SOLICITATION.with(
                OxmField.ND_TARGET,
                MetadataDoor.GUESTS_IPV6.address().octets(),
                MetadataDoor.GUESTS_IPV6.mask().octets())),
        answer);
  }
}
