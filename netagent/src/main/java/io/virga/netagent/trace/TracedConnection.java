package io.virga.netagent.trace;

import io.virga.netagent.octets.Octets;
import io.virga.netagent.openflow.OxmField;
import java.util.Optional;

/**
 * A connection as a zone of the connection tracker knows it. An echo reply belongs to the request's
 * as its other direction.
 */
record TracedConnection(
    long zone, long protocol, Octets source, Octets target, long sourcePort, long targetPort) {

  static TracedConnection of(TracedPacket packet, long zone) {
    Optional<Transport> transport = Transport.of(packet);
    boolean ipv6 = packet.number(OxmField.ETH_TYPE) == Frames.IPV6;
    return new TracedConnection(
        zone,
        packet.number(OxmField.IP_PROTO),
        packet.get(ipv6 ? OxmField.IPV6_SRC : OxmField.IPV4_SRC),
        packet.get(ipv6 ? OxmField.IPV6_DST : OxmField.IPV4_DST),
        transport.map(Transport::source).map(packet::number).orElse(0L),
        transport.map(Transport::target).map(packet::number).orElse(0L));
  }

  /** As its answers look. */
  TracedConnection reversed() {
    return new TracedConnection(zone, protocol, target, source, targetPort, sourcePort);
  }
}
