package io.virga.netagent.pipeline;

import io.virga.netagent.octets.Octets;
import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.Message;
import io.virga.netagent.openflow.OxmEntry;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.Ipv4Address;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Address translation of a router, in a zone of its own. */
final class Translation {

  private static final int ROUTERS = 0x8000;
  private static final int MAX_PORT = 0xffff;

  /** Above this number of ports all connections of the protocol with the address are forgotten. */
  private static final int MAX_PORT_FLUSHES = 256;

  private Translation() {}

  /** The zone of the connection tracker in which the router's connections are translated. */
  static int zone(Router router) {
    return ROUTERS | router.number();
  }

  /**
   * Translates a new connection and remembers how; what belongs to a known one is translated as
   * that is.
   *
   * @param flag {@link Action.Nat#SOURCE} or {@link Action.Nat#DESTINATION}
   * @param port the transport port that it gets; 0 if it may keep its own
   */
  static Action commit(Router router, int flag, Ipv4Address address, int port, int nextTable) {
    Action.NatRange range = new Action.NatRange(address.bits(), address.bits(), port, port);
    return new Action.ConnectionTrack(
        true,
        false,
        new Action.Zone.Fixed(zone(router)),
        nextTable,
        List.of(new Action.Nat(flag, Optional.of(range))));
  }

  /**
   * The connections that are as they are because of a flow of arrivals, in words to forget them.
   */
  static List<Message> madeBy(Flow flow) {
    Optional<Long> address = flow.key().match().exact(OxmField.IPV4_DST);
    if (flow.key().table() != Tables.ARRIVAL
        || address.isEmpty()
        || flow.actions().isEmpty()
        || !(flow.actions().getLast() instanceof Action.ConnectionTrack track)
        || !(track.zone() instanceof Action.Zone.Fixed(int zone))) {
      return List.of();
    }
    int destination = address.get().intValue();
    int protocol = flow.key().match().exact(OxmField.IP_PROTO).map(Long::intValue).orElse(0);
    Stream<Message> arrived =
        ports(flow.key().match())
            .mapToObj(
                port ->
                    new Message.ConnectionTrackFlush(
                        zone, Message.TupleDirection.ORIGINAL, destination, protocol, port));
    Stream<Message> left =
        Stream.of(
            new Message.ConnectionTrackFlush(
                zone, Message.TupleDirection.REPLY, destination, 0, 0));
    return Stream.concat(arrived, protocol != 0 ? Stream.empty() : left).toList();
  }

  /** The destination ports for which the match is; a single 0 for all, and for too many. */
  private static IntStream ports(Match match) {
    return Stream.of(OxmField.TCP_DST, OxmField.UDP_DST, OxmField.SCTP_DST)
        .flatMap(field -> match.entry(field).stream())
        .findFirst()
        .map(Translation::ports)
        .orElse(IntStream.of(0));
  }

  private static IntStream ports(OxmEntry entry) {
    int first = (int) entry.value().toLong();
    int mask = entry.mask().map(Octets::toLong).map(Long::intValue).orElse(MAX_PORT);
    int free = ~mask & MAX_PORT;
    return (free & free + 1) == 0 && free < MAX_PORT_FLUSHES
        ? IntStream.rangeClosed(first, first | free)
        : IntStream.of(0);
  }

  /** Translates what belongs to a known connection. */
  static Action back(Router router, int nextTable) {
    return new Action.ConnectionTrack(
        false,
        false,
        new Action.Zone.Fixed(zone(router)),
        nextTable,
        List.of(new Action.Nat(0, Optional.empty())));
  }
}
