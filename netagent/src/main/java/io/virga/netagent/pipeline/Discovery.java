package io.virga.netagent.pipeline;

import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmField;
import java.util.List;
import java.util.stream.Stream;

/**
 * What machines on a link say to each other of the link itself: neighbour discovery (RFC 4861), and
 * which groups they listen to (RFC 2710, RFC 3810). No connection tracker knows of it.
 */
final class Discovery {

  static final Match ROUTER_SOLICITATION = Packets.icmpv6(133);
  static final Match ROUTER_ADVERTISEMENT = Packets.icmpv6(134);
  static final Match ANY_SOLICITATION = Packets.icmpv6(135);
  static final Match ANY_ADVERTISEMENT = Packets.icmpv6(136);
  static final Match REDIRECT = Packets.icmpv6(137);

  /** Who has the target's address? */
  static final Match SOLICITATION = ANY_SOLICITATION.with(OxmField.ICMPV6_CODE, 0);

  /** The target's MAC is this. */
  static final Match ADVERTISEMENT = ANY_ADVERTISEMENT.with(OxmField.ICMPV6_CODE, 0);

  /** What routers say, and what is said to them. */
  static final List<Match> OF_ROUTERS =
      List.of(ROUTER_SOLICITATION, ROUTER_ADVERTISEMENT, REDIRECT);

  /** Queries, reports and farewells. */
  static final List<Match> OF_LISTENERS =
      Stream.of(130, 131, 132, 143).map(Packets::icmpv6).toList();

  static final List<Match> ALL =
      Stream.of(OF_ROUTERS, List.of(ANY_SOLICITATION, ANY_ADVERTISEMENT), OF_LISTENERS)
          .flatMap(List::stream)
          .toList();

  private Discovery() {}
}
