package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.RouterSpec;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.Ipv4Prefix;
import io.virga.netagent.packet.MacAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A router's way to its external network, as it looks from this host; of IPv4.
 *
 * @param mac the gateway's
 * @param addresses likewise, at least one
 * @param snat whether what has no floating IP leaves with the gateway's address
 * @param gateway whether this host is the gateway
 * @param gatewayEndpoint where the gateway takes tunnelled packets, if it is another host
 * @param floating its floating IPs, wherever they are
 */
record Exit(
    NetworkSpec network,
    MacAddress mac,
    List<Own> addresses,
    boolean snat,
    boolean gateway,
    Optional<Ipv4Address> gatewayEndpoint,
    List<Floating> floating) {

  Exit {
    addresses = List.copyOf(addresses);
    floating = List.copyOf(floating);
  }

  /**
   * An address of the gateway.
   *
   * @param router the external network's own
   */
  record Own(Ipv4Address address, Ipv4Prefix prefix, Optional<Ipv4Address> router) {

    static Optional<Own> of(Router.Address own) {
      return own.address() instanceof Ipv4Address address && own.prefix() instanceof Ipv4Prefix on
          ? Optional.of(
              new Own(
                  address,
                  on,
                  own.gateway().filter(Ipv4Address.class::isInstance).map(Ipv4Address.class::cast)))
          : Optional.empty();
    }
  }

  /**
   * A floating IP.
   *
   * @param here whether this host answers for it and translates
   * @param fixed the address that it stands for; absent if it has forwardings
   */
  record Floating(
      Ipv4Address address,
      MacAddress mac,
      boolean here,
      Optional<Ipv4Address> fixed,
      List<RouterSpec.Forwarding> forwardings) {

    Floating {
      forwardings = List.copyOf(forwardings);
    }
  }

  static Optional<Exit> of(RouterSpec spec, HostView view) {
    return spec.gateway()
        .filter(_ -> spec.adminUp())
        .flatMap(
            gateway ->
                Router.leg(gateway.networkId(), gateway.mac(), gateway.addresses(), view.topology())
                    .filter(leg -> leg.address(Family.IPV4).isPresent())
                    .map(leg -> of(spec, gateway, leg, view)));
  }

  private static Exit of(
      RouterSpec spec, RouterSpec.Gateway gateway, Router.Leg leg, HostView view) {
    boolean wire = view.hasWire(leg.network());
    Optional<String> host = gateway.hosts().stream().findFirst();
    return new Exit(
        leg.network(),
        leg.mac(),
        leg.addresses().stream().flatMap(own -> Own.of(own).stream()).toList(),
        gateway.snat(),
        wire && host.equals(Optional.of(view.host())),
        host.filter(name -> !name.equals(view.host()))
            .flatMap(name -> Optional.ofNullable(view.topology().tunnelEndpoints().get(name))),
        spec.floatingIps().stream()
            .flatMap(
                floating ->
                    floating(floating, wire && floating.host().equals(view.host())).stream())
            .toList());
  }

  private static Optional<Floating> floating(RouterSpec.FloatingIp spec, boolean here) {
    Optional<Ipv4Address> address = Ipv4Address.parse(spec.address());
    Optional<MacAddress> mac = MacAddress.parse(spec.mac());
    return address.isEmpty() || mac.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Floating(
                address.get(),
                mac.get(),
                here,
                spec.target().flatMap(target -> Ipv4Address.parse(target.ip())),
                spec.forwardings()));
  }

  /** By which the router speaks of itself. */
  Ipv4Address address() {
    return addresses.getFirst().address();
  }

  boolean reaches(IpAddress address) {
    return addresses.stream().anyMatch(own -> own.prefix().contains(address));
  }

  /** Whether anything of it is on this host. */
  boolean isHere() {
    return gateway || floating.stream().anyMatch(Floating::here);
  }

  /** To whom ports of floating IPs are passed on here. */
  List<Ipv4Address> targets() {
    return floating.stream()
        .filter(Floating::here)
        .flatMap(ip -> ip.forwardings().stream())
        .flatMap(forwarding -> Ipv4Address.parse(forwarding.to().ip()).stream())
        .distinct()
        .toList();
  }

  /** The addresses for which this host answers. */
  Map<Ipv4Address, MacAddress> own() {
    Map<Ipv4Address, MacAddress> own = new HashMap<>();
    if (gateway) {
      addresses.forEach(address -> own.put(address.address(), mac));
    }
    floating.stream().filter(Floating::here).forEach(ip -> own.put(ip.address(), ip.mac()));
    return own;
  }

  /** All its addresses, whichever host answers for them. */
  Map<Ipv4Address, MacAddress> all() {
    Map<Ipv4Address, MacAddress> all = new HashMap<>();
    addresses.forEach(address -> all.put(address.address(), mac));
    floating.forEach(ip -> all.put(ip.address(), ip.mac()));
    return all;
  }

  /** The external network's own router. */
  Optional<Ipv4Address> nextHop() {
    return addresses.getFirst().router();
  }
}
