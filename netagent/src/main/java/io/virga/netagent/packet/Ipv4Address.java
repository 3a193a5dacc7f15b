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
      int number = number(text, from, to);
      if (number < 0) {
        return Optional.empty();
      }
      bits = bits << 8 | number;
      from = to + 1;
    }
    return Optional.of(new Ipv4Address(bits));
  }

  /** The number of one to three digits between two indexes; negative if it is none of a byte. */
  private static int number(String text, int from, int to) {
    if (to <= from || to > from + 3) {
      return -1;
    }
    int number = 0;
    for (int i = from; i < to; i++) {
      char digit = text.charAt(i);
      if (digit < '0' || digit > '9') {
        return -1;
      }
      number = number * 10 + digit - '0';
    }
    return number > 255 ? -1 : number;
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
