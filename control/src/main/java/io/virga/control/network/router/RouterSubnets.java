package io.virga.control.network.router;

import io.virga.control.network.model.Port;
import io.virga.control.network.model.Subnet;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Which subnets may share a port of a router: one of IPv4, or all of IPv6 that are on the network.
 * IPv6 routers are known by one address of the link, and advertise all prefixes from it.
 */
final class RouterSubnets {

  private RouterSubnets() {}

  /** Whether an IPv6 subnet of the port's network belongs on it. */
  static boolean isIpv6Port(Port port, Subnet subnet) {
    return subnet.prefix().version() == 6
        && port.networkId().equals(subnet.networkId())
        && hasIpv6(port);
  }

  /** Fails with bad request unless the port may become the router's beside those. */
  static Mono<Void> check(Port port, List<Port> there) {
    if (port.addresses().stream().filter(ip -> !ip.contains(":")).count() > 1) {
      return Mono.error(RouterFaults.severalIpv4(port.id()));
    }
    for (Port other : there) {
      if (hasIpv6(port) && hasIpv6(other) && other.networkId().equals(port.networkId())) {
        return Mono.error(RouterFaults.secondIpv6Port(other.id(), other.networkId()));
      }
    }
    return Mono.empty();
  }

  private static boolean hasIpv6(Port port) {
    return port.addresses().stream().anyMatch(ip -> ip.contains(":"));
  }
}
