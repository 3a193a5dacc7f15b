package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.NetworkSpec.SubnetSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.MacAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A port that is plugged into this host's bridge.
 *
 * @param ofport its number; also the zone of the connection tracker and the id of its meter
 * @param addresses its own, in the order of the port; where IPv6 is spoken that of its link is the
 *     last one
 */
record LocalPort(
    PortSpec spec, NetworkSpec network, int ofport, MacAddress mac, List<IpAddress> addresses) {

  LocalPort {
    addresses = List.copyOf(addresses);
  }

  static Optional<LocalPort> of(PortSpec spec, HostView view) {
    NetworkSpec network = view.topology().networks().get(spec.networkId());
    Integer ofport = view.wired().get(spec.id());
    Optional<MacAddress> mac = MacAddress.parse(spec.mac());
    if (network == null || ofport == null || mac.isEmpty() || !spec.adminUp()) {
      return Optional.empty();
    }
    return Optional.of(
        new LocalPort(spec, network, ofport, mac.get(), addresses(spec, mac.get(), network)));
  }

  static List<IpAddress> addresses(PortSpec spec, MacAddress mac, NetworkSpec network) {
    Stream<IpAddress> fixed =
        spec.addresses().stream().flatMap(address -> IpAddress.parse(address.ip()).stream());
    Stream<IpAddress> ofLink =
        Segment.hasIpv6(network) ? Stream.of(Ipv6Address.linkLocal(mac)) : Stream.empty();
    return Stream.concat(fixed, ofLink).toList();
  }

  List<Ipv4Address> ipv4() {
    return addresses.stream()
        .filter(Ipv4Address.class::isInstance)
        .map(Ipv4Address.class::cast)
        .toList();
  }

  List<Ipv6Address> ipv6() {
    return addresses.stream()
        .filter(Ipv6Address.class::isInstance)
        .map(Ipv6Address.class::cast)
        .toList();
  }

  /** Those of its subnets that do DHCP. */
  Stream<SubnetSpec> dhcpSubnets() {
    return network.subnets().stream()
        .filter(SubnetSpec::dhcp)
        .filter(
            subnet ->
                spec.addresses().stream().anyMatch(fixed -> fixed.subnetId().equals(subnet.id())));
  }

  /** The families that are spoken on its network. */
  List<Family> families() {
    return Segment.hasIpv6(network) ? List.of(Family.values()) : List.of(Family.IPV4);
  }
}
