package io.virga.netagent.agent;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.NetworkSpec.Ipv6Mode;
import io.virga.dataplane.desired.NetworkSpec.SubnetSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.RouterSpec;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.Ipv6Prefix;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.packet.RouterAdvertisement;
import io.virga.netagent.packet.RouterAdvertisement.Prefix;
import io.virga.netagent.pipeline.HostView;
import io.virga.netagent.pipeline.Pipeline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What routers tell the ports of a network. A subnet that is to be advertised and has no router is
 * told by the host, which is no way out: its guests make themselves addresses all the same.
 */
final class Advertisements {

  private Advertisements() {}

  /** By OpenFlow port number. */
  static Map<Integer, List<RouterAdvertisement>> of(HostView view) {
    Map<String, List<RouterAdvertisement>> byNetwork = new HashMap<>();
    Map<Integer, List<RouterAdvertisement>> byPort = new HashMap<>();
    view.wired()
        .forEach(
            (portId, ofport) -> {
              PortSpec port = view.topology().ports().get(portId);
              NetworkSpec network =
                  port == null ? null : view.topology().networks().get(port.networkId());
              if (network != null) {
                List<RouterAdvertisement> all =
                    byNetwork.computeIfAbsent(network.id(), _ -> of(network, view));
                if (!all.isEmpty()) {
                  byPort.put(ofport, all);
                }
              }
            });
    return Map.copyOf(byPort);
  }

  private static List<RouterAdvertisement> of(NetworkSpec network, HostView view) {
    List<SubnetSpec> advertised =
        network.subnets().stream().filter(subnet -> subnet.raMode().isPresent()).toList();
    if (advertised.isEmpty()) {
      return List.of();
    }
    List<RouterAdvertisement> all = new ArrayList<>();
    Set<String> told = new HashSet<>();
    for (RouterSpec router : view.topology().routers().values()) {
      for (RouterSpec.Interface leg : router.interfaces()) {
        if (!router.adminUp() || !leg.networkId().equals(network.id())) {
          continue;
        }
        List<SubnetSpec> own = advertised.stream().filter(subnet -> isOn(leg, subnet)).toList();
        Optional<MacAddress> mac = MacAddress.parse(leg.mac());
        if (!own.isEmpty() && mac.isPresent()) {
          all.add(of(network, mac.get(), RouterAdvertisement.MAX_LIFETIME_SECONDS, own));
          own.forEach(subnet -> told.add(subnet.id()));
        }
      }
    }
    List<SubnetSpec> left =
        advertised.stream().filter(subnet -> !told.contains(subnet.id())).toList();
    if (!left.isEmpty()) {
      all.add(of(network, Pipeline.routerMac(network), 0, left));
    }
    return List.copyOf(all);
  }

  private static boolean isOn(RouterSpec.Interface leg, SubnetSpec subnet) {
    return leg.addresses().stream().anyMatch(fixed -> fixed.subnetId().equals(subnet.id()));
  }

  private static RouterAdvertisement of(
      NetworkSpec network, MacAddress router, int lifetimeSeconds, List<SubnetSpec> subnets) {
    return new RouterAdvertisement(
        router,
        lifetimeSeconds,
        subnets.stream().anyMatch(subnet -> is(subnet, Ipv6Mode.DHCPV6_STATEFUL)),
        subnets.stream().anyMatch(subnet -> is(subnet, Ipv6Mode.DHCPV6_STATELESS)),
        network.mtu(),
        subnets.stream().flatMap(subnet -> prefix(subnet).stream()).toList(),
        subnets.stream()
            .flatMap(subnet -> subnet.dnsServers().stream())
            .flatMap(server -> Ipv6Address.parse(server).stream())
            .distinct()
            .toList(),
        List.of());
  }

  private static Optional<Prefix> prefix(SubnetSpec subnet) {
    return Ipv6Prefix.parse(subnet.cidr())
        .map(cidr -> new Prefix(cidr, !is(subnet, Ipv6Mode.DHCPV6_STATEFUL), true));
  }

  private static boolean is(SubnetSpec subnet, Ipv6Mode mode) {
    return subnet.raMode().equals(Optional.of(mode));
  }
}
