package io.virga.netagent.pipeline;

import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OpenFlow;
import io.virga.netagent.openflow.OxmField;
import java.util.List;

/** Beginnings of matches, each with what its fields presuppose. */
final class Packets {

  static final int ETHERTYPE_IPV4 = 0x0800;
  static final int ETHERTYPE_IPV6 = 0x86dd;
  static final int ETHERTYPE_ARP = 0x0806;
  static final int ARP_REQUEST = 1;
  static final int ARP_REPLY = 2;
  static final int ICMP = 1;
  static final int TCP = 6;
  static final int UDP = 17;
  static final int ICMPV6 = 58;
  static final int SCTP = 132;

  static final Match IPV4 = Match.ANY.with(OxmField.ETH_TYPE, ETHERTYPE_IPV4);
  static final Match IPV6 = Match.ANY.with(OxmField.ETH_TYPE, ETHERTYPE_IPV6);
  static final Match ARP = Match.ANY.with(OxmField.ETH_TYPE, ETHERTYPE_ARP);
  static final Match DHCP_REQUEST =
      IPV4.with(OxmField.IP_PROTO, UDP).with(OxmField.UDP_SRC, 68).with(OxmField.UDP_DST, 67);
  static final Match DHCP_ANSWER =
      IPV4.with(OxmField.IP_PROTO, UDP).with(OxmField.UDP_SRC, 67).with(OxmField.UDP_DST, 68);

  static final Match DHCPV6_REQUEST =
      IPV6.with(OxmField.IP_PROTO, UDP).with(OxmField.UDP_SRC, 546).with(OxmField.UDP_DST, 547);
  static final Match DHCPV6_ANSWER =
      IPV6.with(OxmField.IP_PROTO, UDP).with(OxmField.UDP_SRC, 547).with(OxmField.UDP_DST, 546);

  /** Lets a packet leave by the port by which it came. */
  static final Action FROM_NOWHERE =
      new Action.SetField(OxmField.NXM_IN_PORT, OpenFlow.NXM_PORT_NONE);

  private Packets() {}

  /** To whoever sent it, though it be by the way on which it came. */
  static List<Action> sendBack() {
    return List.of(
        FROM_NOWHERE,
        new Action.SetField(Registers.ORIGIN, 0),
        new Action.Resubmit(Tables.FORWARD));
  }

  /** Of the packets that the connection tracker has seen, those with these bits of its state. */
  static Match tracked(Match match, int bits, int mask) {
    return match.with(OxmField.CT_STATE, bits | OpenFlow.CT_TRACKED, mask | OpenFlow.CT_TRACKED);
  }

  /** What the connection tracker makes no sense of. */
  static Match invalid(Match match) {
    return tracked(match, OpenFlow.CT_INVALID, OpenFlow.CT_INVALID);
  }

  /** ICMP among IPv4 packets. */
  static Match icmp(Match ipv4) {
    return ipv4.with(OxmField.IP_PROTO, ICMP);
  }

  /** Packets of ICMPv6 of a type. */
  static Match icmpv6(int type) {
    return IPV6.with(OxmField.IP_PROTO, ICMPV6).with(OxmField.ICMPV6_TYPE, type);
  }
}
