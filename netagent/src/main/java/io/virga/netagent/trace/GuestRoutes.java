package io.virga.netagent.trace;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.RouterSpec;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.packet.IpPrefix;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.pipeline.HostView;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whom a guest sends to that has taken what DHCP or its routers have told it. */
record GuestRoutes(HostView view, PortSpec port) {

  /** The address with which it sends there. */
  Optional<IpAddress> source(IpAddress to) {
    return isOfLink(to)
        ? MacAddress.parse(port.mac()).map(Ipv6Address::linkLocal)
        : port.addresses().stream()
            .flatMap(fixed -> IpAddress.parse(fixed.ip()).stream())
            .filter(own -> own.getClass().equals(to.getClass()))
            .findFirst();
  }

  private static boolean isOfLink(IpAddress address) {
    return address instanceof Ipv6Address six && six.isLinkLocal();
  }

  /** Whose MAC it asks for. */
  Optional<IpAddress> nextHop(IpAddress own, IpAddress to) {
    NetworkSpec network = view.topology().networks().get(port.networkId());
    List<NetworkSpec.SubnetSpec> subnets =
        network == null
            ? List.of()
            : network.subnets().stream().filter(subnet -> has(subnet, own)).toList();
    if (isOfLink(to) || subnets.stream().anyMatch(subnet -> has(subnet, to))) {
      return Optional.of(to);
    }
    return to instanceof Ipv6Address ? router(subnets) : configured(subnets, to);
  }

  /** In IPv6 routers tell of themselves, each by the address of its link. */
  private Optional<IpAddress> router(List<NetworkSpec.SubnetSpec> subnets) {
    Set<String> ids = subnets.stream().map(NetworkSpec.SubnetSpec::id).collect(Collectors.toSet());
    return view.topology().routers().values().stream()
        .filter(RouterSpec::adminUp)
        .flatMap(router -> router.interfaces().stream())
        .filter(leg -> leg.addresses().stream().anyMatch(own -> ids.contains(own.subnetId())))
        .flatMap(leg -> MacAddress.parse(leg.mac()).stream())
        .<IpAddress>map(Ipv6Address::linkLocal)
        .findFirst();
  }

  private static Optional<IpAddress> configured(
      List<NetworkSpec.SubnetSpec> subnets, IpAddress to) {
    return subnets.stream()
        .flatMap(subnet -> subnet.hostRoutes().stream())
        .flatMap(route -> route(route, to).stream())
        .max(Comparator.comparingInt(route -> route.prefix().length()))
        .map(Route::nextHop)
        .or(
            () ->
                subnets.stream()
                    .flatMap(subnet -> subnet.gatewayIp().stream())
                    .flatMap(gateway -> IpAddress.parse(gateway).stream())
                    .findFirst());
  }

  private record Route(IpPrefix prefix, IpAddress nextHop) {}

  private static Optional<Route> route(NetworkSpec.HostRoute route, IpAddress to) {
    return IpPrefix.parse(route.destination())
        .filter(prefix -> prefix.contains(to))
        .flatMap(
            prefix -> IpAddress.parse(route.nextHop()).map(nextHop -> new Route(prefix, nextHop)));
  }

  private static boolean has(NetworkSpec.SubnetSpec subnet, IpAddress address) {
    return IpPrefix.parse(subnet.cidr()).filter(cidr -> cidr.contains(address)).isPresent();
  }
}
