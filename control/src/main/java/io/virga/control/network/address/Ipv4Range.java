package io.virga.control.network.address;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Addresses from {@code first} to {@code last}, both in it. */
public record Ipv4Range(Ipv4 first, Ipv4 last) {

  public boolean contains(Ipv4 address) {
    return first.compareTo(address) <= 0 && address.compareTo(last) <= 0;
  }

  public boolean overlaps(Ipv4Range other) {
    return first.compareTo(other.last) <= 0 && other.first.compareTo(last) <= 0;
  }

  /** All that machines can have in the network, but for the gateway. */
  public static List<Ipv4Range> allOf(Ipv4Network network, Optional<Ipv4> gateway) {
    Ipv4Range all = new Ipv4Range(network.firstUsable(), network.lastUsable());
    if (gateway.isEmpty() || !all.contains(gateway.get())) {
      return List.of(all);
    }
    List<Ipv4Range> ranges = new ArrayList<>();
    if (all.first.compareTo(gateway.get()) < 0) {
      ranges.add(new Ipv4Range(all.first, gateway.get().plus(-1)));
    }
    if (gateway.get().compareTo(all.last) < 0) {
      ranges.add(new Ipv4Range(gateway.get().plus(1), all.last));
    }
    return ranges;
  }
}
