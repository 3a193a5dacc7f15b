package io.virga.netagent.agent;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.NetworkSpec.SubnetSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.dhcp.Lease;
import io.virga.netagent.dhcp.NamedOptions;
import io.virga.netagent.dns.NetworkNames;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.Ipv4Prefix;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.pipeline.HostView.MetadataDoor;
import io.virga.netagent.pipeline.Pipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a port is told by DHCP. */
final class Leases {

  private Leases() {}

  /** The port's first IPv4 address on a subnet that does DHCP. */
  static Optional<Lease> of(PortSpec port, NetworkSpec network, LeaseTerms terms) {
    for (PortSpec.FixedAddress fixed : port.addresses()) {
      for (SubnetSpec subnet : network.subnets()) {
        Optional<Ipv4Address> address = Ipv4Address.parse(fixed.ip());
        Optional<Ipv4Prefix> prefix = Ipv4Prefix.parse(subnet.cidr());
        Optional<MacAddress> mac = MacAddress.parse(port.mac());
        if (subnet.id().equals(fixed.subnetId())
            && subnet.dhcp()
            && address.isPresent()
            && prefix.isPresent()
            && mac.isPresent()) {
          Optional<Ipv4Address> gateway = subnet.gatewayIp().flatMap(Ipv4Address::parse);
          return Optional.of(
              new Lease(
                  mac.get(),
                  address.get(),
                  prefix.get(),
                  gateway.orElse(MetadataDoor.WELL_KNOWN),
                  Pipeline.routerMac(network),
                  new Lease.Options(
                      gateway,
                      dnsServers(subnet),
                      routes(subnet, gateway),
                      network.mtu(),
                      port.hostname(),
                      terms.time(),
                      own(port, network, terms))));
        }
      }
    }
    return Optional.empty();
  }

  /** The domain of the network, and what was set at the port; what no client could read is not. */
  private static List<NamedOptions.Encoded> own(
      PortSpec port, NetworkSpec network, LeaseTerms terms) {
    Stream<NamedOptions.Encoded> domain =
        Stream.of(NetworkNames.domainOf(network, terms.dnsDomain()))
            .map(name -> name.endsWith(".") ? name.substring(0, name.length() - 1) : name)
            .filter(name -> !name.isEmpty())
            .flatMap(name -> NamedOptions.encode("domain-name", name).stream());
    Stream<NamedOptions.Encoded> set =
        port.dhcpOptions().stream()
            .filter(option -> option.ipVersion() == 4)
            .flatMap(option -> NamedOptions.encode(option.name(), option.value()).stream());
    return Stream.concat(domain, set).toList();
  }

  /** The host itself where none is named; as with Neutron, 0.0.0.0 stands for none at all. */
  private static List<Ipv4Address> dnsServers(SubnetSpec subnet) {
    return subnet.dnsServers().isEmpty()
        ? List.of(MetadataDoor.WELL_KNOWN)
        : subnet.dnsServers().stream()
            .flatMap(server -> Ipv4Address.parse(server).stream())
            .filter(server -> !server.equals(Ipv4Address.ANY))
            .toList();
  }

  private static List<Lease.Route> routes(SubnetSpec subnet, Optional<Ipv4Address> gateway) {
    List<Lease.Route> routes = new ArrayList<>();
    routes.add(
        new Lease.Route(
            new Ipv4Prefix(MetadataDoor.WELL_KNOWN, 32), gateway.orElse(Ipv4Address.ANY)));
    for (NetworkSpec.HostRoute route : subnet.hostRoutes()) {
      Optional<Ipv4Prefix> destination = Ipv4Prefix.parse(route.destination());
      Optional<Ipv4Address> nextHop = Ipv4Address.parse(route.nextHop());
      if (destination.isPresent() && nextHop.isPresent()) {
        routes.add(new Lease.Route(destination.get(), nextHop.get()));
      }
    }
    return routes;
  }
}
