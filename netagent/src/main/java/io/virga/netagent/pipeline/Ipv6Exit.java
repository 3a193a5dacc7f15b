package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.RouterSpec;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.MacAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A router's way to its external network in IPv6, as it looks from this host. No address is
 * translated: everything passes by the gateway, and whoever is outside has a route to it.
 *
 * @param leg the gateway's interface, with its IPv6 addresses alone
 * @param here whether this host is the gateway
 * @param gatewayEndpoint where the gateway takes tunnelled packets, if it is another host
 */
record Ipv6Exit(Router.Leg leg, boolean here, Optional<Ipv4Address> gatewayEndpoint) {

  static Optional<Ipv6Exit> of(RouterSpec spec, HostView view) {
    return spec.gateway()
        .filter(_ -> spec.adminUp())
        .flatMap(
            gateway ->
                Router.leg(gateway.networkId(), gateway.mac(), gateway.addresses(), view.topology())
                    .filter(leg -> leg.address(Family.IPV6).isPresent())
                    .map(leg -> of(leg, gateway.hosts(), view)));
  }

  private static Ipv6Exit of(Router.Leg leg, List<String> hosts, HostView view) {
    Optional<String> host = hosts.stream().findFirst();
    return new Ipv6Exit(
        new Router.Leg(
            leg.network(),
            leg.mac(),
            leg.addresses().stream()
                .filter(own -> Family.of(own.address()) == Family.IPV6)
                .toList()),
        view.hasWire(leg.network()) && host.equals(Optional.of(view.host())),
        host.filter(name -> !name.equals(view.host()))
            .flatMap(name -> Optional.ofNullable(view.topology().tunnelEndpoints().get(name))));
  }

  NetworkSpec network() {
    return leg.network();
  }

  /** All its addresses, whichever host answers for them. */
  Map<IpAddress, MacAddress> all() {
    Map<IpAddress, MacAddress> all = new HashMap<>();
    leg.known().forEach(address -> all.put(address, leg.mac()));
    return all;
  }

  /** The external network's own router. */
  Optional<IpAddress> nextHop() {
    return leg.addresses().getFirst().gateway();
  }
}
