package io.virga.control.network.address;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 address.
 *
 * @param version 4 or 6
 * @param bits the address as a number
 */
public record IpAddress(int version, BigInteger bits) implements Comparable<IpAddress> {

  private static final Pattern TEXT = Pattern.compile("[0-9a-fA-F.:]{2,45}");
  private static final Pattern IPV4 =
      Pattern.compile("((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?=.)|$)){4}");
  private static final Comparator<IpAddress> ORDER =
      Comparator.comparingInt(IpAddress::version).thenComparing(IpAddress::bits);

  /**
   * Reads dotted decimal with exactly four parts and no leading zeros, or any form of RFC 4291 §2.2
   * that has no IPv4 address in it; empty if it is neither.
   */
  public static Optional<IpAddress> parse(String text) {
    if (!TEXT.matcher(text).matches() || !text.contains(":") && !IPV4.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      // Of a mapped IPv4 address Java makes IPv4.
      byte[] bytes = InetAddress.ofLiteral(text).getAddress();
      return text.contains(":") == (bytes.length == 16)
          ? Optional.of(new IpAddress(bytes.length == 4 ? 4 : 6, new BigInteger(1, bytes)))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** 32 or 128. */
  public static int width(int version) {
    return version == 4 ? 32 : 128;
  }

  /** The address that lies {@code distance} behind this one. */
  public IpAddress plus(long distance) {
    return new IpAddress(version, bits.add(BigInteger.valueOf(distance)));
  }

  @Override
  public int compareTo(IpAddress other) {
    return ORDER.compare(this, other);
  }

  /** In canonical form, {@code 10.0.0.5} or {@code 2001:db8::5}. */
  @Override
  public String toString() {
    byte[] number = bits.toByteArray();
    byte[] bytes = new byte[width(version) / Byte.SIZE];
    int taken = Math.min(number.length, bytes.length);
    System.arraycopy(number, number.length - taken, bytes, bytes.length - taken, taken);
    return version == 4 ? ipv4Text(bytes) : ipv6Text(bytes);
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
}
