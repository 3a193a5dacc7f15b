package io.virga.control.network.address;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A block of IPv4 or IPv6 addresses.
 *
 * @param version 4 or 6
 * @param first its first address, as a number
 * @param length how many leading bits all its addresses share
 */
public record IpPrefix(int version, BigInteger first, int length) implements Comparable<IpPrefix> {

  private static final Pattern TEXT = Pattern.compile("([0-9a-fA-F.:]{2,45})(?:/([0-9]{1,3}))?");
  private static final Pattern IPV4 =
      Pattern.compile("((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?=.)|$)){4}");
  private static final Comparator<IpPrefix> ORDER =
      Comparator.comparingInt(IpPrefix::version)
          .thenComparing(IpPrefix::first)
          .thenComparing(IpPrefix::length);

  /** An address, which is a block of one, or a block; bits behind the prefix are cleared. */
  public static Optional<IpPrefix> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return address(matcher.group(1))
        .flatMap(
            bytes -> {
              int bits = bytes.length * Byte.SIZE;
              int length = matcher.group(2) == null ? bits : Integer.parseInt(matcher.group(2));
              return length > bits
                  ? Optional.empty()
                  : Optional.of(of(bits == 32 ? 4 : 6, new BigInteger(1, bytes), length));
            });
  }

  /** The block of that length which holds the address. */
  public static IpPrefix of(int version, BigInteger address, int length) {
    int rest = bits(version) - length;
    return new IpPrefix(version, address.shiftRight(rest).shiftLeft(rest), length);
  }

  /** 32 or 128. */
  public static int bits(int version) {
    return version == 4 ? 32 : 128;
  }

  public BigInteger size() {
    return BigInteger.ONE.shiftLeft(bits(version) - length);
  }

  public BigInteger last() {
    return first.add(size()).subtract(BigInteger.ONE);
  }

  public boolean contains(IpPrefix other) {
    return version == other.version
        && length <= other.length
        && of(version, other.first, length).equals(this);
  }

  public boolean overlaps(IpPrefix other) {
    return contains(other) || other.contains(this);
  }

  /** The fewest blocks with the same addresses, ascending. */
  public static List<IpPrefix> compact(List<IpPrefix> prefixes) {
    List<IpPrefix> merged = new ArrayList<>();
    for (IpPrefix prefix : prefixes.stream().sorted().toList()) {
      if (merged.stream().noneMatch(other -> other.contains(prefix))) {
        merged.add(prefix);
        mergeLast(merged);
      }
    }
    return List.copyOf(merged);
  }

  /** Two halves of one block are that block. */
  private static void mergeLast(List<IpPrefix> merged) {
    while (merged.size() > 1) {
      IpPrefix last = merged.getLast();
      IpPrefix before = merged.get(merged.size() - 2);
      if (last.length != before.length
          || last.length == 0
          || last.version != before.version
          || !of(last.version, last.first, last.length - 1).contains(before)) {
        return;
      }
      merged.removeLast();
      merged.set(merged.size() - 1, of(last.version, last.first, last.length - 1));
    }
  }

  @Override
  public int compareTo(IpPrefix other) {
    return ORDER.compare(this, other);
  }

  /** In canonical form, {@code 10.0.0.0/8} or {@code 2001:db8::/32}. */
  @Override
  public String toString() {
    return addressText() + "/" + length;
  }

  /** The first address in canonical form. */
  public String addressText() {
    byte[] bytes = bytes();
    return version == 4 ? ipv4Text(bytes) : ipv6Text(bytes);
  }

  private byte[] bytes() {
    byte[] number = first.toByteArray();
    byte[] bytes = new byte[bits(version) / Byte.SIZE];
    int taken = Math.min(number.length, bytes.length);
    System.arraycopy(number, number.length - taken, bytes, bytes.length - taken, taken);
    return bytes;
  }

  private static String ipv4Text(byte[] bytes) {
    return "%d.%d.%d.%d"
        .formatted(bytes[0] & 0xff, bytes[1] & 0xff, bytes[2] & 0xff, bytes[3] & 0xff);
  }

  /** RFC 5952: the longest run of two or more zero groups is left out. */
  private static String ipv6Text(byte[] bytes) {
    int[] groups = new int[8];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
    }
    int start = -1;
    int longest = 1;
    for (int i = 0; i < groups.length; i++) {
      int end = i;
      while (end < groups.length && groups[end] == 0) {
        end++;
      }
      if (end - i > longest) {
        start = i;
        longest = end - i;
      }
    }
    if (start < 0) {
      return joined(groups, 0, groups.length);
    }
    return joined(groups, 0, start) + "::" + joined(groups, start + longest, groups.length);
  }

  private static String joined(int[] groups, int from, int to) {
    return String.join(
        ":",
        Arrays.stream(groups, from, Math.max(from, to)).mapToObj(Integer::toHexString).toList());
  }

  private static Optional<byte[]> address(String text) {
    if (!text.contains(":") && !IPV4.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      // A literal, by the pattern: no name is looked up. Of a mapped IPv4 address Java makes IPv4.
      byte[] bytes = InetAddress.getByName(text).getAddress();
      return text.contains(":") == (bytes.length == 16) ? Optional.of(bytes) : Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }
}
