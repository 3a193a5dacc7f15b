package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.MacAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A port that is plugged into this host's bridge.
 *
 * @param ofport its number; also the zone of the connection tracker and the id of its meter
 * @param addresses its IPv4 addresses, in the order of the port
 */
record LocalPort(
    PortSpec spec, NetworkSpec network, int ofport, MacAddress mac, List<Ipv4Address> addresses) {

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
    return Optional.of(new LocalPort(spec, network, ofport, mac.get(), ipv4(spec)));
  }

  /** All that are plugged in and switched on. */
  static List<LocalPort> all(HostView view) {
    return view.wired().keySet().stream()
        .flatMap(id -> Stream.ofNullable(view.topology().ports().get(id)))
        .flatMap(port -> of(port, view).stream())
        .toList();
  }

  static List<Ipv4Address> ipv4(PortSpec spec) {
    return spec.addresses().stream()
        .flatMap(fixed -> Ipv4Address.parse(fixed.ip()).stream())
        .toList();
  }
}
