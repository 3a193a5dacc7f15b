package io.virga.netagent.packet;

import io.virga.netagent.octets.Octets;
import java.util.Optional;

/** An IPv4 address. */
public record Ipv4Address(int bits) implements IpAddress, Comparable<Ipv4Address> {

  public static final Ipv4Address ANY = new Ipv4Address(0);
  public static final Ipv4Address BROADCAST = new Ipv4Address(-1);

  /** From four decimal numbers with dots; empty if the text is anything else. */
  public static Optional<Ipv4Address> parse(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return Optional.empty();
    }
    int bits = 0;
    for (String part : parts) {
      if (part.isEmpty() || part.length() > 3 || !part.chars().allMatch(Ipv4Address::isDigit)) {
        return Optional.empty();
      }
      int number = Integer.parseInt(part);
      if (number > 255) {
        return Optional.empty();
      }
      bits = bits << 8 | number;
    }
    return Optional.of(new Ipv4Address(bits));
  }

  private static boolean isDigit(int character) {
    return character >= '0' && character <= '9';
  }

  @Override
  public int compareTo(Ipv4Address other) {
    return Integer.compareUnsigned(bits, other.bits);
  }

  @Override
  public Octets octets() {
    return Octets.ofLong(unsigned(), 4);
  }

  /** The address as an unsigned number. */
  public long unsigned() {
    return Integer.toUnsignedLong(bits);
  }

  @Override
  public String toString() {
    return (bits >>> 24)
        + "."
        + (bits >>> 16 & 255)
        + "."
        + (bits >>> 8 & 255)
        + "."
        + (bits & 255);
  }
}
