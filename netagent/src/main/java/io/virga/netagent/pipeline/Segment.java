package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.packet.MacAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A network with who is on it.
 *
 * @param ports all that the host is told of, in the order of their ids: of two that claim the same
 *     the same one has it on every host and after every start
 * @param local those that are plugged here, in the order of their OpenFlow numbers
 */
record Segment(NetworkSpec network, List<PortSpec> ports, List<LocalPort> local) {

  Segment {
    ports = ports.stream().sorted(Comparator.comparing(PortSpec::id)).toList();
    local = local.stream().sorted(Comparator.comparingInt(LocalPort::ofport)).toList();
  }

  /** Whether IPv6 is spoken on it. */
  boolean hasIpv6() {
    return hasIpv6(network);
  }

  /** A network speaks IPv6 if it has a subnet of it. */
  static boolean hasIpv6(NetworkSpec network) {
    return network.subnets().stream().anyMatch(subnet -> subnet.cidr().contains(":"));
  }

  /** Every network of the view. */
  static List<Segment> of(HostView view) {
    Map<String, List<PortSpec>> ports = new HashMap<>();
    Map<String, List<LocalPort>> local = new HashMap<>();
    for (PortSpec port : view.topology().ports().values()) {
      ports.computeIfAbsent(port.networkId(), _ -> new ArrayList<>()).add(port);
      LocalPort.of(port, view)
          .ifPresent(
              here -> local.computeIfAbsent(port.networkId(), _ -> new ArrayList<>()).add(here));
    }
    return view.topology().networks().values().stream()
        .map(
            network ->
                new Segment(
                    network,
                    ports.getOrDefault(network.id(), List.of()),
                    local.getOrDefault(network.id(), List.of())))
        .toList();
  }

  /** By each MAC that ports may have beside their own, those ports; not those that are a port's. */
  Map<MacAddress, Segment> shared() {
    Map<MacAddress, Set<String>> sharing = new HashMap<>();
    for (PortSpec port : ports) {
      for (PortSpec.AddressPair pair : port.allowedAddressPairs()) {
        MacAddress.parse(pair.mac())
            .ifPresent(mac -> sharing.computeIfAbsent(mac, _ -> new HashSet<>()).add(port.id()));
      }
    }
    if (sharing.isEmpty()) {
      return Map.of();
    }
    ports.forEach(port -> MacAddress.parse(port.mac()).ifPresent(sharing::remove));
    Map<MacAddress, Segment> shared = new HashMap<>();
    sharing.forEach((mac, ids) -> shared.put(mac, only(ids)));
    return shared;
  }

  private Segment only(Set<String> ids) {
    return new Segment(
        network,
        ports.stream().filter(port -> ids.contains(port.id())).toList(),
        local.stream().filter(port -> ids.contains(port.spec().id())).toList());
  }
}
