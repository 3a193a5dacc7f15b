package io.virga.control.network.address;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Addresses from {@code first} to {@code last}, both in it and of one family. */
public record IpRange(IpAddress first, IpAddress last) {

  public boolean contains(IpAddress address) {
    return first.compareTo(address) <= 0 && address.compareTo(last) <= 0;
  }

  public boolean overlaps(IpRange other) {
    return first.compareTo(other.last) <= 0 && other.first.compareTo(last) <= 0;
  }

  /** All that machines can have in the block, but for the gateway. */
  public static List<IpRange> allOf(IpPrefix block, Optional<IpAddress> gateway) {
    IpRange all = new IpRange(block.firstUsable(), block.lastUsable());
    if (gateway.isEmpty() || !all.contains(gateway.get())) {
      return List.of(all);
    }
    List<IpRange> ranges = new ArrayList<>();
    if (all.first.compareTo(gateway.get()) < 0) {
      ranges.add(new IpRange(all.first, gateway.get().plus(-1)));
    }
    if (gateway.get().compareTo(all.last) < 0) {
      ranges.add(new IpRange(gateway.get().plus(1), all.last));
    }
    return ranges;
  }

  @Override
  public String toString() {
    return first + "-" + last;
  }
}
