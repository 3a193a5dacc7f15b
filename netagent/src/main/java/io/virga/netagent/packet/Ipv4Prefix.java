package io.virga.netagent.packet;

import java.util.Optional;

/**
 * The addresses that share their first bits.
 *
 * @param length how many bits, 0 to 32
 */
public record Ipv4Prefix(Ipv4Address address, int length) implements IpPrefix {

  public static final Ipv4Prefix ALL = new Ipv4Prefix(Ipv4Address.ANY, 0);

  public Ipv4Prefix {
    address = new Ipv4Address(address.bits() & maskOf(length));
  }

  /** From {@code a.b.c.d/n} or a single address; empty if the text is anything else. */
  public static Optional<Ipv4Prefix> parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return Ipv4Address.parse(text).map(address -> new Ipv4Prefix(address, 32));
    }
    String length = text.substring(slash + 1);
    if (!length.matches("[0-9]|[12][0-9]|3[0-2]")) {
      return Optional.empty();
    }
    return Ipv4Address.parse(text.substring(0, slash))
        .map(address -> new Ipv4Prefix(address, Integer.parseInt(length)));
  }

  @Override
  public Ipv4Address mask() {
    return new Ipv4Address(maskOf(length));
  }

  @Override
  public boolean contains(IpAddress other) {
    return other instanceof Ipv4Address four && (four.bits() & maskOf(length)) == address.bits();
  }

  private static int maskOf(int length) {
    return length == 0 ? 0 : -1 << (32 - length);
  }

  @Override
  public String toString() {
    return address + "/" + length;
  }
}
