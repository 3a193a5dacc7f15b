package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.pipeline.HostView.MetadataDoor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who has which address on a network, as far as it is known from what is desired.
 *
 * @param macs by address: interfaces, gateways and floating IPs of routers, which come before ports
 * @param routers the MACs of the routers' interfaces
 * @param routed whether a router is on the network
 */
record Neighbours(Map<IpAddress, MacAddress> macs, Set<MacAddress> routers, boolean routed) {

  Neighbours {
    macs = Map.copyOf(macs);
    routers = Set.copyOf(routers);
  }

  /** Of every network, by its id: each router is looked at once. */
  static Map<String, Neighbours> of(List<Segment> segments, List<Router> routers) {
    Map<String, Known> known = new HashMap<>();
    for (Router router : routers) {
      for (Router.Leg leg : router.legs()) {
        Known here = Known.of(leg.network(), known);
        here.routers.add(leg.mac());
        leg.known().forEach(own -> here.macs.putIfAbsent(own, leg.mac()));
      }
    }
    Set<String> outside = new HashSet<>();
    for (Router router : routers) {
      router
          .exit()
          .ifPresent(
              exit -> {
                outside.add(exit.network().id());
                exit.all().forEach(Known.of(exit.network(), known).macs::putIfAbsent);
              });
      router
          .ipv6Exit()
          .ifPresent(
              exit -> {
                Known there = Known.of(exit.network(), known);
                there.routers.add(exit.leg().mac());
                exit.all().forEach(there.macs::putIfAbsent);
              });
    }
    Map<String, Neighbours> neighbours = new HashMap<>();
    for (Segment segment : segments) {
      Known here = Known.of(segment.network(), known);
      here.add(segment);
      String id = segment.network().id();
      boolean routed = outside.contains(id) || !here.routers.isEmpty();
      neighbours.put(id, new Neighbours(here.macs, here.routers, routed));
    }
    return neighbours;
  }

  /** What of a network has been found so far. */
  private record Known(Map<IpAddress, MacAddress> macs, Set<MacAddress> routers) {

    static Known of(NetworkSpec network, Map<String, Known> all) {
      return all.computeIfAbsent(network.id(), _ -> new Known(new HashMap<>(), new HashSet<>()));
    }

    void add(Segment segment) {
      if (segment.hasIpv6()) {
        MacAddress host = NetworkFlows.routerMac(segment.network());
        macs.putIfAbsent(Ipv6Address.linkLocal(host), host);
        macs.putIfAbsent(MetadataDoor.WELL_KNOWN_IPV6, host);
      }
      for (PortSpec port : segment.ports()) {
        MacAddress.parse(port.mac())
            .ifPresent(
                mac ->
                    LocalPort.addresses(port, mac, segment.network())
                        .forEach(address -> macs.putIfAbsent(address, mac)));
      }
    }
  }
}
