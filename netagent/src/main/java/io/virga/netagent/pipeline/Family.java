package io.virga.netagent.pipeline;

import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.packet.IpPrefix;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.MacAddress;
import java.util.ArrayList;
import java.util.List;

/** What IPv4 and IPv6 have alike, each with its own fields. */
enum Family {
  IPV4(
      Packets.IPV4,
      OxmField.IPV4_SRC,
      OxmField.IPV4_DST,
      Registers.NEXT_HOP,
      Registers.ROUTER_ADDRESS),
  IPV6(
      Packets.IPV6,
      OxmField.IPV6_SRC,
      OxmField.IPV6_DST,
      Registers.NEXT_HOP_IPV6,
      Registers.ROUTER_ADDRESS_IPV6);

  private static final int TTL = 64;
  private static final int ECHO_REQUEST = 8;
  private static final int ECHO_REQUEST_IPV6 = 128;
  private static final int ECHO_REPLY_IPV6 = 129;

  private final Match packets;
  private final OxmField source;
  private final OxmField destination;
  private final OxmField nextHop;
  private final OxmField routerAddress;

  Family(
      Match packets,
      OxmField source,
      OxmField destination,
      OxmField nextHop,
      OxmField routerAddress) {
    this.packets = packets;
    this.source = source;
    this.destination = destination;
    this.nextHop = nextHop;
    this.routerAddress = routerAddress;
  }

  static Family of(IpAddress address) {
    return switch (address) {
      case Ipv4Address _ -> IPV4;
      case Ipv6Address _ -> IPV6;
    };
  }

  /** All of its packets. */
  Match packets() {
    return packets;
  }

  OxmField source() {
    return source;
  }

  OxmField destination() {
    return destination;
  }

  /** The address to which a routed packet is sent next. */
  OxmField nextHop() {
    return nextHop;
  }

  /** The address by which the router that has the packet is known where it came from. */
  OxmField routerAddress() {
    return routerAddress;
  }

  static Match to(Match match, IpAddress address) {
    return match.with(of(address).destination, address.octets());
  }

  static Match to(Match match, IpPrefix prefix) {
    return match.with(
        of(prefix.address()).destination, prefix.address().octets(), prefix.mask().octets());
  }

  static Match from(Match match, IpPrefix prefix) {
    return match.with(
        of(prefix.address()).source, prefix.address().octets(), prefix.mask().octets());
  }

  /** Echo requests among its packets. */
  Match echo(Match own) {
    return switch (this) {
      case IPV4 ->
          own.with(OxmField.IP_PROTO, Packets.ICMP)
              .with(OxmField.ICMPV4_TYPE, ECHO_REQUEST)
              .with(OxmField.ICMPV4_CODE, 0);
      case IPV6 ->
          own.with(OxmField.IP_PROTO, Packets.ICMPV6)
              .with(OxmField.ICMPV6_TYPE, ECHO_REQUEST_IPV6)
              .with(OxmField.ICMPV6_CODE, 0);
    };
  }

  /** Answers an echo request on the link on which it came. */
  static List<Action> echoOnLink(MacAddress own, IpAddress from) {
    List<Action> actions = new ArrayList<>();
    actions.add(new Action.CopyField(OxmField.ETH_SRC, OxmField.ETH_DST));
    actions.add(new Action.SetField(OxmField.ETH_SRC, own.bits()));
    actions.addAll(echoReply(from));
    actions.addAll(Packets.sendBack());
    return actions;
  }

  /** Turns an echo request into its reply; MACs and the way back are left to do. */
  static List<Action> echoReply(IpAddress from) {
    Family family = of(from);
    return List.of(
        new Action.CopyField(family.source, family.destination),
        new Action.SetField(family.source, from.octets()),
        family == IPV4
            ? new Action.SetField(OxmField.ICMPV4_TYPE, 0)
            : new Action.SetField(OxmField.ICMPV6_TYPE, ECHO_REPLY_IPV6),
        new Action.SetField(OxmField.IP_TTL, TTL));
  }
}
