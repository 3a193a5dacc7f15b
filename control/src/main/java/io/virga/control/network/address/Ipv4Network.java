package io.virga.control.network.address;

import java.util.Optional;

/**
 * An IPv4 network in canonical form: no bit is set behind the prefix.
 *
 * @param prefixLength 0 to 32
 */
public record Ipv4Network(Ipv4 first, int prefixLength) {

  private static final int WIDTH = 32;
  private static final int LARGEST_WITH_BROADCAST = 30;

  /** Reads {@code 10.0.0.0/24}; bits behind the prefix are cut off. Empty if it is no network. */
  public static Optional<Ipv4Network> parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,2}")) {
      return Optional.empty();
    }
    int length = Integer.parseInt(text.substring(slash + 1));
    if (length > WIDTH) {
      return Optional.empty();
    }
    return Ipv4.parse(text.substring(0, slash))
        .map(ip -> new Ipv4Network(new Ipv4(ip.bits() & mask(length)), length));
  }

  public Ipv4 last() {
    return first.plus((1L << WIDTH - prefixLength) - 1);
  }

  public boolean contains(Ipv4 address) {
    return first.compareTo(address) <= 0 && address.compareTo(last()) <= 0;
  }

  public boolean overlaps(Ipv4Network other) {
    return contains(other.first) || other.contains(first);
  }

  /** The first address that a machine can have. */
  public Ipv4 firstUsable() {
    return prefixLength <= LARGEST_WITH_BROADCAST ? first.plus(1) : first;
  }

  /** The last address that a machine can have. */
  public Ipv4 lastUsable() {
    return prefixLength <= LARGEST_WITH_BROADCAST ? last().plus(-1) : last();
  }

  @Override
  public String toString() {
    return first + "/" + prefixLength;
  }

  private static long mask(int length) {
    return (1L << WIDTH) - (1L << WIDTH - length);
  }
}
