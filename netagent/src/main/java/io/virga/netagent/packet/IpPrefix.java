package io.virga.netagent.packet;

import java.util.Optional;

/** The addresses of a family that share their first bits. */
public sealed interface IpPrefix permits Ipv4Prefix, Ipv6Prefix {

  /** The first of them. */
  IpAddress address();

  /** How many bits. */
  int length();

  /** The mask as an address. */
  IpAddress mask();

  /** Whether the address is of the family and shares the bits. */
  boolean contains(IpAddress other);

  /** From an address, or one with a slash and a length; empty if the text is anything else. */
  static Optional<IpPrefix> parse(String text) {
    return text.contains(":")
        ? Ipv6Prefix.parse(text).map(IpPrefix.class::cast)
        : Ipv4Prefix.parse(text).map(IpPrefix.class::cast);
  }
}
