package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.SecurityGroupSpec;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmField;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Protocol and ports of a rule as matches; a range of ports becomes a few masked values. */
final class TransportMatches {

  private static final int PORT_BITS = 16;
  private static final int MAX_PORT = 0xffff;

  private TransportMatches() {}

  static List<Match> of(SecurityGroupSpec.Rule rule, Match base) {
    if (rule.protocol().isEmpty()) {
      return List.of(base);
    }
    int protocol = rule.protocol().get();
    Match match = base.with(OxmField.IP_PROTO, protocol);
    return switch (protocol) {
      case Packets.ICMP, Packets.ICMPV6 -> List.of(icmp(rule, match, protocol));
      case Packets.TCP -> ports(rule, match, OxmField.TCP_DST);
      case Packets.UDP -> ports(rule, match, OxmField.UDP_DST);
      case Packets.SCTP -> ports(rule, match, OxmField.SCTP_DST);
      default -> List.of(match);
    };
  }

  /** The ICMP of the other family has no types in this one. */
  private static Match icmp(SecurityGroupSpec.Rule rule, Match match, int protocol) {
    boolean ipv6 =
        match.exact(OxmField.ETH_TYPE).equals(Optional.of((long) Packets.ETHERTYPE_IPV6));
    if (ipv6 != (protocol == Packets.ICMPV6)) {
      return match;
    }
    OxmField ofType = ipv6 ? OxmField.ICMPV6_TYPE : OxmField.ICMPV4_TYPE;
    OxmField ofCode = ipv6 ? OxmField.ICMPV6_CODE : OxmField.ICMPV4_CODE;
    Match typed = rule.portMin().map(type -> match.with(ofType, type)).orElse(match);
    return rule.portMin().isPresent()
        ? rule.portMax().map(code -> typed.with(ofCode, code)).orElse(typed)
        : typed;
  }

  /** Packets of TCP, UDP or SCTP to ports of a range. */
  static List<Match> destinationPorts(Match base, int protocol, int first, int last) {
    Match match = base.with(OxmField.IP_PROTO, protocol);
    return switch (protocol) {
      case Packets.TCP -> range(match, OxmField.TCP_DST, first, last);
      case Packets.UDP -> range(match, OxmField.UDP_DST, first, last);
      case Packets.SCTP -> range(match, OxmField.SCTP_DST, first, last);
      default -> List.of();
    };
  }

  private static List<Match> ports(SecurityGroupSpec.Rule rule, Match match, OxmField field) {
    int min = rule.portMin().orElse(0);
    int max = rule.portMax().orElse(rule.portMin().isPresent() ? min : MAX_PORT);
    return range(match, field, min, max);
  }

  private static List<Match> range(Match match, OxmField field, int min, int max) {
    List<Match> matches = new ArrayList<>();
    int from = Math.max(0, min);
    int to = Math.min(MAX_PORT, max);
    while (from <= to) {
      int bits = Math.min(PORT_BITS, Integer.numberOfTrailingZeros(from));
      while (from + (1 << bits) - 1 > to) {
        bits--;
      }
      matches.add(match.with(field, from, MAX_PORT << bits & MAX_PORT));
      from += 1 << bits;
    }
    return matches;
  }
}
