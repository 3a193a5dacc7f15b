package io.virga.netagent.agent;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.NetworkSpec.Ipv6Mode;
import io.virga.dataplane.desired.NetworkSpec.SubnetSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.dhcpv6.Dhcpv6Lease;
import io.virga.netagent.dns.NetworkNames;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.Ipv6Prefix;
import io.virga.netagent.pipeline.HostView.MetadataDoor;
import io.virga.netagent.pipeline.Pipeline;
import java.util.List;
import java.util.Optional;

/** What a port is told by DHCPv6. */
final class Dhcpv6Leases {

  private Dhcpv6Leases() {}

  /** None for a port on whose subnets nobody answers. */
  static Optional<Dhcpv6Lease> of(PortSpec port, NetworkSpec network, LeaseTerms terms) {
    List<SubnetSpec> subnets =
        network.subnets().stream()
            .filter(subnet -> subnet.dhcp() && answersOn(subnet))
            .filter(subnet -> hasAddressOn(port, subnet))
            .toList();
    if (subnets.isEmpty()) {
      return Optional.empty();
    }
    List<Ipv6Address> given =
        subnets.stream()
            .filter(subnet -> mode(subnet).equals(Optional.of(Ipv6Mode.DHCPV6_STATEFUL)))
            .flatMap(subnet -> addresses(port, subnet).stream())
            .toList();
    return Optional.of(
        new Dhcpv6Lease(
            Pipeline.routerMac(network),
            given,
            subnets.stream().flatMap(subnet -> Ipv6Prefix.parse(subnet.cidr()).stream()).toList(),
            subnets.stream()
                .flatMap(subnet -> dnsServers(subnet).stream())
                .filter(server -> !server.equals(Ipv6Address.UNSPECIFIED))
                .distinct()
                .toList(),
            Optional.of(NetworkNames.domainOf(network, terms.dnsDomain())),
            terms.time()));
  }

  /** The host itself where none is named; as with Neutron, {@code ::} stands for none at all. */
  private static List<Ipv6Address> dnsServers(SubnetSpec subnet) {
    return subnet.dnsServers().isEmpty()
        ? List.of(MetadataDoor.WELL_KNOWN_IPV6)
        : subnet.dnsServers().stream()
            .flatMap(server -> Ipv6Address.parse(server).stream())
            .toList();
  }

  /** Whether guests of the subnet are to ask by DHCPv6. */
  private static boolean answersOn(SubnetSpec subnet) {
    return mode(subnet).filter(mode -> mode != Ipv6Mode.SLAAC).isPresent();
  }

  private static Optional<Ipv6Mode> mode(SubnetSpec subnet) {
    return subnet
        .addressMode()
        .or(
            () ->
                subnet.raMode().isEmpty()
                    ? Optional.of(Ipv6Mode.DHCPV6_STATEFUL)
                    : Optional.empty());
  }

  private static boolean hasAddressOn(PortSpec port, SubnetSpec subnet) {
    return !addresses(port, subnet).isEmpty();
  }

  private static List<Ipv6Address> addresses(PortSpec port, SubnetSpec subnet) {
    return port.addresses().stream()
        .filter(fixed -> fixed.subnetId().equals(subnet.id()))
        .flatMap(fixed -> Ipv6Address.parse(fixed.ip()).stream())
        .toList();
  }
}
