package io.virga.netagent.pipeline;

import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmField;

/** Beginnings of matches, each with what its fields presuppose. */
final class Packets {

  static final int ETHERTYPE_IPV4 = 0x0800;
  static final int ETHERTYPE_ARP = 0x0806;
  static final int ICMP = 1;
  static final int TCP = 6;
  static final int UDP = 17;
  static final int SCTP = 132;

  static final Match IPV4 = Match.ANY.with(OxmField.ETH_TYPE, ETHERTYPE_IPV4);
  static final Match ARP = Match.ANY.with(OxmField.ETH_TYPE, ETHERTYPE_ARP);
  static final Match DHCP_REQUEST =
      IPV4.with(OxmField.IP_PROTO, UDP).with(OxmField.UDP_SRC, 68).with(OxmField.UDP_DST, 67);
  static final Match DHCP_ANSWER =
      IPV4.with(OxmField.IP_PROTO, UDP).with(OxmField.UDP_SRC, 67).with(OxmField.UDP_DST, 68);

  private Packets() {}
}
