package io.virga.netagent.trace;

import io.virga.netagent.openflow.OxmField;
import java.util.Optional;

/**
 * A connection as a zone of the connection tracker knows it. An echo reply belongs to the request's
 * as its other direction.
 */
record TracedConnection(
    long zone, long protocol, long source, long target, long sourcePort, long targetPort) {

  static TracedConnection of(TracedPacket packet, long zone) {
    Optional<Transport> transport = Transport.of(packet);
    return new TracedConnection(
        zone,
        packet.number(OxmField.IP_PROTO),
        packet.number(OxmField.IPV4_SRC),
        packet.number(OxmField.IPV4_DST),
        transport.map(Transport::source).map(packet::number).orElse(0L),
        transport.map(Transport::target).map(packet::number).orElse(0L));
  }

  /** As its answers look. */
  TracedConnection reversed() {
    return new TracedConnection(zone, protocol, target, source, targetPort, sourcePort);
  }
}
