package io.virga.netagent.trace;

import io.virga.netagent.openflow.OxmField;
import java.util.Optional;

/** Protocols with ports, and the fields that these are in. */
enum Transport {
  TCP(6, OxmField.TCP_SRC, OxmField.TCP_DST),
  UDP(17, OxmField.UDP_SRC, OxmField.UDP_DST),
  SCTP(132, OxmField.SCTP_SRC, OxmField.SCTP_DST);

  private final int protocol;
  private final OxmField source;
  private final OxmField target;

  Transport(int protocol, OxmField source, OxmField target) {
    this.protocol = protocol;
    this.source = source;
    this.target = target;
  }

  /** The packet's, unless it has none. */
  static Optional<Transport> of(TracedPacket packet) {
    for (Transport transport : values()) {
      if (packet.number(OxmField.IP_PROTO) == transport.protocol) {
        return Optional.of(transport);
      }
    }
    return Optional.empty();
  }

  OxmField source() {
    return source;
  }

  OxmField target() {
    return target;
  }
}
