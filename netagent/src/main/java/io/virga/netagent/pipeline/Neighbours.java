package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.MacAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who has which address on a network, as far as it is known from what is desired.
 *
 * @param macs by address: interfaces, gateways and floating IPs of routers, which come before ports
 * @param routed whether a router is on the network
 */
record Neighbours(Map<Ipv4Address, MacAddress> macs, boolean routed) {

  Neighbours {
    macs = Map.copyOf(macs);
  }

  static Neighbours of(Segment segment, List<Router> routers) {
    Map<Ipv4Address, MacAddress> macs = new HashMap<>();
    boolean routed = false;
    for (Router router : routers) {
      for (Router.Leg leg : router.legs()) {
        if (leg.network().id().equals(segment.network().id())) {
          routed = true;
          leg.addresses().forEach(own -> macs.putIfAbsent(own.address(), leg.mac()));
        }
      }
    }
    for (Router router : routers) {
      Optional<Exit> exit =
          router.exit().filter(way -> way.network().id().equals(segment.network().id()));
      routed |= exit.isPresent();
      exit.ifPresent(way -> way.all().forEach(macs::putIfAbsent));
    }
    for (PortSpec port : segment.ports()) {
      MacAddress.parse(port.mac())
          .ifPresent(
              mac -> LocalPort.ipv4(port).forEach(address -> macs.putIfAbsent(address, mac)));
    }
    return new Neighbours(macs, routed);
  }
}
