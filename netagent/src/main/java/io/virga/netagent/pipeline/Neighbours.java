package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.pipeline.HostView.MetadataDoor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
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

  static Neighbours of(Segment segment, Iterable<Router> all) {
    Map<IpAddress, MacAddress> macs = new HashMap<>();
    Set<MacAddress> routers = new HashSet<>();
    boolean routed = false;
    for (Router router : all) {
      for (Router.Leg leg : router.legs()) {
        if (leg.network().id().equals(segment.network().id())) {
          routers.add(leg.mac());
          leg.known().forEach(own -> macs.putIfAbsent(own, leg.mac()));
        }
      }
    }
    for (Router router : all) {
      Optional<Exit> exit =
          router.exit().filter(way -> way.network().id().equals(segment.network().id()));
      routed |= exit.isPresent();
      exit.ifPresent(way -> way.all().forEach(macs::putIfAbsent));
    }
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
    return new Neighbours(macs, routers, routed || !routers.isEmpty());
  }
}
