package io.virga.netagent.packet;

import io.virga.netagent.octets.Octets;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An IPv6 address.
 *
 * @param high its first eight bytes
 * @param low its last eight bytes
 */
public record Ipv6Address(long high, long low) implements IpAddress, Comparable<Ipv6Address> {

  public static final Ipv6Address UNSPECIFIED = new Ipv6Address(0, 0);
  public static final Ipv6Address ALL_NODES = new Ipv6Address(0xff02L << 48, 1);

  private static final int GROUPS = 8;
  private static final long LINK_LOCAL = 0xfe80L << 48;
  private static final long UNIVERSAL_OR_LOCAL = 0x02L << 56;

  /** From its 16 bytes. */
  public static Ipv6Address of(Octets bytes) {
    return new Ipv6Address(bytes.slice(0, 8).toLong(), bytes.slice(8, 16).toLong());
  }

  /** From the forms of RFC 4291 §2.2 without an IPv4 address; empty if the text is none. */
  public static Optional<Ipv6Address> parse(String text) {
    String[] halves = text.split("::", -1);
    if (halves.length > 2) {
      return Optional.empty();
    }
    String[] front = groups(halves[0]);
    String[] back = halves.length == 2 ? groups(halves[1]) : new String[0];
    int missing = GROUPS - front.length - back.length;
    if (halves.length == 2 ? missing < 1 : missing != 0) {
      return Optional.empty();
    }
    Stream<String> zeros = Stream.generate(() -> "0").limit(missing);
    String[] all =
        Stream.of(Arrays.stream(front), zeros, Arrays.stream(back))
            .flatMap(groups -> groups)
            .toArray(String[]::new);
    if (!Arrays.stream(all).allMatch(group -> group.matches("[0-9a-fA-F]{1,4}"))) {
      return Optional.empty();
    }
    return Optional.of(new Ipv6Address(half(all, 0), half(all, GROUPS / 2)));
  }

  private static String[] groups(String text) {
    return text.isEmpty() ? new String[0] : text.split(":", -1);
  }

  private static long half(String[] groups, int from) {
    long bits = 0;
    for (int i = from; i < from + GROUPS / 2; i++) {
      bits = bits << 16 | Integer.parseInt(groups[i], 16);
    }
    return bits;
  }

  /** The address by which a machine is known on its link (RFC 4291, appendix A). */
  public static Ipv6Address linkLocal(MacAddress mac) {
    long organization = mac.bits() >>> 24;
    long device = mac.bits() & 0xffffff;
    return new Ipv6Address(
        LINK_LOCAL, (organization << 40 | 0xfffe000000L | device) ^ UNIVERSAL_OR_LOCAL);
  }

  /** Whether it is good on one link alone. */
  public boolean isLinkLocal() {
    return high >>> 54 == LINK_LOCAL >>> 54;
  }

  /** Whether it is of many. */
  public boolean isMulticast() {
    return high >>> 56 == 0xff;
  }

  /** The group of those that may have the address (RFC 4291 §2.7.1). */
  public Ipv6Address solicitedNode() {
    return new Ipv6Address(ALL_NODES.high, 0x1ff000000L | low & 0xffffff);
  }

  /** The MAC of a group of machines (RFC 2464 §7). */
  public MacAddress multicastMac() {
    return new MacAddress(0x333300000000L | low & 0xffffffffL);
  }

  @Override
  public Octets octets() {
    return Octets.ofLong(high, 8).join(Octets.ofLong(low, 8));
  }

  @Override
  public int compareTo(Ipv6Address other) {
    int first = Long.compareUnsigned(high, other.high);
    return first != 0 ? first : Long.compareUnsigned(low, other.low);
  }

  /** RFC 5952: the longest run of two or more zero groups is left out. */
  @Override
  public String toString() {
    int[] groups =
        IntStream.range(0, GROUPS)
            .map(i -> (int) ((i < 4 ? high : low) >>> 48 - 16 * (i % 4)) & 0xffff)
            .toArray();
    int start = 0;
    int longest = 1;
    for (int i = 0; i < GROUPS; i++) {
      int end = i;
      while (end < GROUPS && groups[end] == 0) {
        end++;
      }
      if (end - i > longest) {
        start = i;
        longest = end - i;
      }
    }
    return longest == 1
        ? joined(groups, 0, GROUPS)
        : joined(groups, 0, start) + "::" + joined(groups, start + longest, GROUPS);
  }

  private static String joined(int[] groups, int from, int to) {
    return String.join(
        ":", Arrays.stream(groups, from, to).mapToObj(Integer::toHexString).toList());
  }
}
