package io.virga.netagent.pipeline;

import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.Message;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.Ipv4Address;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Address translation of a router, in a zone of its own. */
final class Translation {

  private static final int ROUTERS = 0x8000;

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
    Match match = flow.key().match();
    int protocol = match.exact(OxmField.IP_PROTO).map(Long::intValue).orElse(0);
    int port =
        Stream.of(OxmField.TCP_DST, OxmField.UDP_DST, OxmField.SCTP_DST)
            .flatMap(field -> match.exact(field).stream())
            .findFirst()
            .map(Long::intValue)
            .orElse(0);
    int destination = address.get().intValue();
    Message arrived =
        new Message.ConnectionTrackFlush(
            zone, Message.TupleDirection.ORIGINAL, destination, protocol, port);
    return protocol != 0
        ? List.of(arrived)
        : List.of(
            arrived,
            new Message.ConnectionTrackFlush(
                zone, Message.TupleDirection.REPLY, destination, 0, 0));
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
