package io.virga.netagent.packet;

import io.virga.netagent.wire.Octets;
import java.util.Optional;

/** An address of either family. */
public sealed interface IpAddress permits Ipv4Address, Ipv6Address {

  /** As it is on the wire: 4 or 16 bytes. */
  Octets octets();

  /** Empty if the text is no address of either family. */
  static Optional<IpAddress> parse(String text) {
    return text.contains(":")
        ? Ipv6Address.parse(text).map(IpAddress.class::cast)
        : Ipv4Address.parse(text).map(IpAddress.class::cast);
  }
}
