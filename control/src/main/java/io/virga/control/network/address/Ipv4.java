package io.virga.control.network.address;

import java.util.Optional;

/**
 * An IPv4 address.
 *
 * @param bits the address as a number, 0 to 2^32 - 1
 */
public record Ipv4(long bits) implements Comparable<Ipv4> {

  private static final int OCTETS = 4;

  /** Reads dotted decimal with exactly four parts and no leading zeros; empty if it is not that. */
  public static Optional<Ipv4> parse(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != OCTETS) {
      return Optional.empty();
    }
    long bits = 0;
    for (String part : parts) {
      if (!part.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(part) > 255) {
        return Optional.empty();
      }
      bits = bits << 8 | Integer.parseInt(part);
    }
    return Optional.of(new Ipv4(bits));
  }

  /** The address that lies {@code distance} behind this one. */
  public Ipv4 plus(long distance) {
    return new Ipv4(bits + distance);
  }

  @Override
  public int compareTo(Ipv4 other) {
    return Long.compare(bits, other.bits);
  }

  @Override
  public String toString() {
    return "%d.%d.%d.%d".formatted(bits >> 24, bits >> 16 & 255, bits >> 8 & 255, bits & 255);
  }
}
