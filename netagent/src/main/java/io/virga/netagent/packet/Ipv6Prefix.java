package io.virga.netagent.packet;

import java.util.Optional;

/**
 * The IPv6 addresses that share their first bits.
 *
 * @param length how many bits, 0 to 128
 */
public record Ipv6Prefix(Ipv6Address address, int length) implements IpPrefix {

  public static final Ipv6Prefix ALL = new Ipv6Prefix(Ipv6Address.UNSPECIFIED, 0);

  public Ipv6Prefix {
    Ipv6Address mask = maskOf(length);
    address = new Ipv6Address(address.high() & mask.high(), address.low() & mask.low());
  }

  /** From an address and a length, or a single address; empty if the text is anything else. */
  public static Optional<Ipv6Prefix> parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return Ipv6Address.parse(text).map(address -> new Ipv6Prefix(address, 128));
    }
    String length = text.substring(slash + 1);
    if (!length.matches("[0-9]{1,3}") || Integer.parseInt(length) > 128) {
      return Optional.empty();
    }
    return Ipv6Address.parse(text.substring(0, slash))
        .map(address -> new Ipv6Prefix(address, Integer.parseInt(length)));
  }

  @Override
  public Ipv6Address mask() {
    return maskOf(length);
  }

  @Override
  public boolean contains(IpAddress other) {
    return other instanceof Ipv6Address six && new Ipv6Prefix(six, length).address.equals(address);
  }

  private static Ipv6Address maskOf(int length) {
    return new Ipv6Address(ones(length), ones(length - 64));
  }

  private static long ones(int bits) {
    return bits <= 0 ? 0 : bits >= 64 ? -1 : -1L << 64 - bits;
  }

  @Override
  public String toString() {
    return address + "/" + length;
  }
}
