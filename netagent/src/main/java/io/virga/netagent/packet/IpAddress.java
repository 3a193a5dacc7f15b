package io.virga.netagent.packet;

import io.virga.netagent.octets.Octets;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;

/** An address of either family. */
public sealed interface IpAddress permits Ipv4Address, Ipv6Address {

  /** As it is on the wire: 4 or 16 bytes. */
  Octets octets();

  /** Java's address, without the interface that it may be of. */
  static IpAddress of(InetAddress address) {
    Octets bytes = Octets.copyOf(address.getAddress());
    return address instanceof Inet4Address
        ? new Ipv4Address((int) bytes.toLong())
        : Ipv6Address.of(bytes);
  }

  /** Empty if the text is no address of either family. */
  static Optional<IpAddress> parse(String text) {
    return text.contains(":")
        ? Ipv6Address.parse(text).map(IpAddress.class::cast)
        : Ipv4Address.parse(text).map(IpAddress.class::cast);
  }
}
