package io.virga.netagent.trace;

import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.MacAddress;
import java.util.Optional;

/** What a guest sends: the question for the MAC of the next hop, then a packet to it. */
final class Frames {

  static final int IPV6 = 0x86dd;
  static final int ICMPV6 = 58;

  private static final int IPV4 = 0x0800;
  private static final int ARP = 0x0806;
  private static final int REQUEST = 1;
  private static final int REPLY = 2;
  private static final int SOLICITATION = 135;
  private static final int ADVERTISEMENT = 136;
  private static final int ON_THE_LINK = 255;
  private static final int TTL = 64;

  private Frames() {}

  /** The beginning of a packet to the next hop's MAC. */
  static TracedPacket packet(TracedPacket from, IpAddress own, long nextHopMac) {
    TracedPacket frame = from.with(OxmField.ETH_DST, nextHopMac).with(OxmField.IP_TTL, TTL);
    return switch (own) {
      case Ipv4Address four ->
          frame.with(OxmField.ETH_TYPE, IPV4).with(OxmField.IPV4_SRC, four.octets());
      case Ipv6Address six ->
          frame.with(OxmField.ETH_TYPE, IPV6).with(OxmField.IPV6_SRC, six.octets());
    };
  }

  /** Asks for the MAC of an address, by ARP or by a neighbour solicitation. */
  static TracedPacket question(TracedPacket from, MacAddress mac, IpAddress own, IpAddress target) {
    return switch (target) {
      case Ipv4Address four ->
          from.with(OxmField.ETH_DST, MacAddress.BROADCAST.bits())
              .with(OxmField.ETH_TYPE, ARP)
              .with(OxmField.ARP_OP, REQUEST)
              .with(OxmField.ARP_SHA, mac.bits())
              .with(OxmField.ARP_SPA, own.octets())
              .with(OxmField.ARP_TPA, four.octets());
      case Ipv6Address six ->
          from.with(OxmField.ETH_DST, six.solicitedNode().multicastMac().bits())
              .with(OxmField.ETH_TYPE, IPV6)
              .with(OxmField.IPV6_SRC, own.octets())
              .with(OxmField.IPV6_DST, six.solicitedNode().octets())
              .with(OxmField.IP_PROTO, ICMPV6)
              .with(OxmField.IP_TTL, ON_THE_LINK)
              .with(OxmField.ICMPV6_TYPE, SOLICITATION)
              .with(OxmField.ND_TARGET, six.octets())
              .with(OxmField.ND_SLL, mac.bits());
    };
  }

  /** The MAC that was asked for, if the packet is the answer. */
  static Optional<Long> answer(TracedPacket packet) {
    if (packet.number(OxmField.ARP_OP) == REPLY) {
      return Optional.of(packet.number(OxmField.ARP_SHA));
    }
    return packet.number(OxmField.ICMPV6_TYPE) == ADVERTISEMENT
        ? Optional.of(packet.number(OxmField.ND_TLL))
        : Optional.empty();
  }
}
