package io.virga.control.network.address;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A block of IPv4 or IPv6 addresses.
 *
 * @param first its first address
 * @param length how many leading bits all its addresses share
 */
public record IpPrefix(IpAddress first, int length) implements Comparable<IpPrefix> {

  private static final Pattern TEXT = Pattern.compile("([^/]*)(?:/([0-9]{1,3}))?");
  private static final Comparator<IpPrefix> ORDER =
      Comparator.comparing(IpPrefix::first).thenComparing(IpPrefix::length);

  /** Free bits of the smallest block of which not all addresses are machines'. */
  private static final int BITS_OF_A_NETWORK = 2;

  /** Addresses that are good on one link alone (RFC 4291 §2.5.6). */
  public static final IpPrefix LINK_LOCAL = parse("fe80::/10").orElseThrow();

  /** An address, which is a block of one, or a block; bits behind the prefix are cleared. */
  public static Optional<IpPrefix> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return IpAddress.parse(matcher.group(1))
        .flatMap(
            address -> {
              int width = IpAddress.width(address.version());
              int length = matcher.group(2) == null ? width : Integer.parseInt(matcher.group(2));
              return length > width ? Optional.empty() : Optional.of(of(address, length));
            });
  }

  /** The block of that length which holds the address. */
  public static IpPrefix of(IpAddress address, int length) {
    int rest = IpAddress.width(address.version()) - length;
    BigInteger cleared = address.bits().shiftRight(rest).shiftLeft(rest);
    return new IpPrefix(new IpAddress(address.version(), cleared), length);
  }

  /** 4 or 6. */
  public int version() {
    return first.version();
  }

  public BigInteger size() {
    return BigInteger.ONE.shiftLeft(IpAddress.width(version()) - length);
  }

  public IpAddress last() {
    return new IpAddress(version(), first.bits().add(size()).subtract(BigInteger.ONE));
  }

  /** The first address that a machine can have: the very first is the network, or any router. */
  public IpAddress firstUsable() {
    return isNetwork() ? first.plus(1) : first;
  }

  /** The last address that a machine can have; the very last of IPv4 is for all of them. */
  public IpAddress lastUsable() {
    return isNetwork() && version() == 4 ? last().plus(-1) : last();
  }

  private boolean isNetwork() {
    return IpAddress.width(version()) - length >= BITS_OF_A_NETWORK;
  }

  public boolean contains(IpAddress address) {
    return version() == address.version() && of(address, length).equals(this);
  }

  public boolean contains(IpPrefix other) {
    return length <= other.length && contains(other.first);
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
          || !of(last.first, last.length - 1).contains(before)) {
        return;
      }
      merged.removeLast();
      merged.set(merged.size() - 1, of(last.first, last.length - 1));
    }
  }

  @Override
  public int compareTo(IpPrefix other) {
    return ORDER.compare(this, other);
  }

  /** In canonical form, {@code 10.0.0.0/8} or {@code 2001:db8::/32}. */
  @Override
  public String toString() {
    return first + "/" + length;
  }
}
