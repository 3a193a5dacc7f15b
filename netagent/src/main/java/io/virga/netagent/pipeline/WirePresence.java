package io.virga.netagent.pipeline;

import io.virga.netagent.packet.MacAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What routers are on the wires of this host.
 *
 * @param own the addresses for which this host answers
 * @param nextHops the routers of the external networks, to which this host sends
 */
public record WirePresence(Map<NetworkAddress, MacAddress> own, Set<NetworkAddress> nextHops) {

  public WirePresence {
    own = Map.copyOf(own);
    nextHops = Set.copyOf(nextHops);
  }

  static WirePresence of(List<Router> routers) {
    Map<NetworkAddress, MacAddress> own = new HashMap<>();
    Set<NetworkAddress> nextHops = new HashSet<>();
    for (Router router : routers) {
      if (router.exit().isPresent() && router.exit().get().isHere()) {
        Exit exit = router.exit().get();
        long vni = exit.network().vni();
        exit.own().forEach((address, mac) -> own.put(new NetworkAddress(vni, address), mac));
        exit.nextHop().ifPresent(nextHop -> nextHops.add(new NetworkAddress(vni, nextHop)));
      }
    }
    for (Router router : routers) {
      router
          .ipv6Exit()
          .filter(Ipv6Exit::here)
          .ifPresent(
              exit -> {
                long vni = exit.network().vni();
                exit.all()
                    .forEach((address, mac) -> own.put(new NetworkAddress(vni, address), mac));
                exit.nextHop().ifPresent(nextHop -> nextHops.add(new NetworkAddress(vni, nextHop)));
              });
    }
    return new WirePresence(own, nextHops);
  }
}
