package io.virga.netagent.packet;

import io.virga.netagent.octets.Octets;
import java.util.Optional;

/** An IPv4 address. */
public record Ipv4Address(int bits) implements IpAddress, Comparable<Ipv4Address> {

  public static final Ipv4Address ANY = new Ipv4Address(0);
  public static final Ipv4Address BROADCAST = new Ipv4Address(-1);

  private static final int PARTS = 4;

  /** From four decimal numbers with dots; empty if the text is anything else. */
  public static Optional<Ipv4Address> parse(String text) {
    int bits = 0;
    int from = 0;
    for (int part = 0; part < PARTS; part++) {
      int to = part < PARTS - 1 ? text.indexOf('.', from) : text.length();
      int number = Digits.number(text, from, to, 10, 3);
      if (number < 0) {
        return Optional.empty();
      }
      bits = bits << 8 | number;
      from = to + 1;
    }
    return Optional.of(new Ipv4Address(bits));
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
