package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec.FixedAddress;
import io.virga.dataplane.desired.RouterSpec;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.packet.IpPrefix;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.MacAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A router with the networks that it joins.
 *
 * @param legs its interfaces, as far as their networks are known here
 * @param exit its way to an external network in IPv4, while it is switched on
 * @param ipv6Exit likewise in IPv6
 */
record Router(RouterSpec spec, List<Leg> legs, Optional<Exit> exit, Optional<Ipv6Exit> ipv6Exit) {

  Router {
    legs = List.copyOf(legs);
  }

  /**
   * An interface.
   *
   * @param addresses its own, at least one
   */
  record Leg(NetworkSpec network, MacAddress mac, List<Address> addresses) {

    Leg {
      addresses = List.copyOf(addresses);
    }

    /** Those of a family. */
    Stream<IpAddress> addresses(Family family) {
      return addresses.stream()
          .map(Address::address)
          .filter(address -> Family.of(address) == family);
    }

    /** By which it speaks of itself, if it has one of the family. */
    Optional<IpAddress> address(Family family) {
      return addresses(family).findFirst();
    }

    /** By which it is known on its own link, where it has an IPv6 address. */
    Optional<Ipv6Address> linkLocal() {
      return address(Family.IPV6).map(_ -> Ipv6Address.linkLocal(mac));
    }

    /** All by which others on the network know it. */
    Stream<IpAddress> known() {
      return Stream.concat(addresses.stream().map(Address::address), linkLocal().stream());
    }

    boolean reaches(IpAddress address) {
      return addresses.stream().anyMatch(own -> own.prefix().contains(address));
    }
  }

  /**
   * An address on a subnet.
   *
   * @param gateway the subnet's
   */
  record Address(IpAddress address, IpPrefix prefix, Optional<IpAddress> gateway) {}

  /** All of them, in the order of their ids: of two that claim the same it is always one. */
  static List<Router> all(HostView view) {
    Topology topology = view.topology();
    return topology.routers().values().stream()
        .sorted(Comparator.comparing(RouterSpec::id))
        .map(
            spec ->
                new Router(
                    spec,
                    legs(spec, topology).toList(),
                    Exit.of(spec, view),
                    Ipv6Exit.of(spec, view)))
        .toList();
  }

  /** A router's interfaces, as far as their networks are known here. */
  static Stream<Leg> legs(RouterSpec spec, Topology topology) {
    return spec.interfaces().stream()
        .flatMap(port -> leg(port.networkId(), port.mac(), port.addresses(), topology).stream());
  }

  int number() {
    return spec.number();
  }

  /** All addresses of its legs that are of a family. */
  Stream<IpAddress> addresses(Family family) {
    return legs.stream().flatMap(leg -> leg.addresses(family));
  }

  static Optional<Leg> leg(
      String networkId, String mac, List<FixedAddress> fixed, Topology topology) {
    NetworkSpec network = topology.networks().get(networkId);
    Optional<MacAddress> parsed = MacAddress.parse(mac);
    if (network == null || parsed.isEmpty()) {
      return Optional.empty();
    }
    List<Address> addresses =
        fixed.stream().flatMap(address -> address(address, network).stream()).toList();
    return addresses.isEmpty()
        ? Optional.empty()
        : Optional.of(new Leg(network, parsed.get(), addresses));
  }

  private static Optional<Address> address(FixedAddress fixed, NetworkSpec network) {
    return network.subnets().stream()
        .filter(subnet -> subnet.id().equals(fixed.subnetId()))
        .findFirst()
        .flatMap(
            subnet ->
                IpAddress.parse(fixed.ip())
                    .flatMap(
                        address ->
                            IpPrefix.parse(subnet.cidr())
                                .map(
                                    prefix ->
                                        new Address(
                                            address,
                                            prefix,
                                            subnet.gatewayIp().flatMap(IpAddress::parse)))));
  }
}
