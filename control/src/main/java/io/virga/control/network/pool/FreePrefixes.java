package io.virga.control.network.pool;

import io.virga.control.network.address.IpAddress;
import io.virga.control.network.address.IpPrefix;
import java.util.List;
import java.util.Optional;

/** What is left of a pool. */
public final class FreePrefixes {

  private FreePrefixes() {}

  /** The lowest block of that length in the pool which overlaps nothing that is taken. */
  public static Optional<IpPrefix> lowest(List<IpPrefix> pool, List<IpPrefix> taken, int length) {
    List<IpPrefix> ascending = taken.stream().sorted().toList();
    return pool.stream()
        .sorted()
        .filter(prefix -> prefix.length() <= length)
        .flatMap(prefix -> lowest(prefix, ascending, length).stream())
        .findFirst();
  }

  private static Optional<IpPrefix> lowest(IpPrefix within, List<IpPrefix> taken, int length) {
    IpPrefix candidate = IpPrefix.of(within.first(), length);
    for (IpPrefix other : taken) {
      if (other.overlaps(candidate)) {
        candidate = firstBehind(other, length);
      }
    }
    return within.contains(candidate) ? Optional.of(candidate) : Optional.empty();
  }

  private static IpPrefix firstBehind(IpPrefix other, int length) {
    IpAddress next = other.last().plus(1);
    IpPrefix block = IpPrefix.of(next, length);
    return block.first().equals(next) ? block : IpPrefix.of(block.last().plus(1), length);
  }
}
