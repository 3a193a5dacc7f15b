package io.virga.netagent.agent;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.dns.NetworkNames;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The ports that are there, and the names of those networks of which one has asked: made when one
 * asks, of the network's own ports alone, and kept for as long as these are the same. Any thread
 * may ask.
 *
 * @param byNetwork the ports of each network
 * @param names by network, of some of them
 */
record KnownNames(
    PluggedPorts ports,
    Map<String, List<PortSpec>> byNetwork,
    Map<String, NetworkNames> names,
    String defaultDomain) {

  /**
   * Nobody's.
   *
   * @param defaultDomain of networks that have none of their own
   */
  static KnownNames none(String defaultDomain) {
    return new KnownNames(PluggedPorts.NONE, Map.of(), new ConcurrentHashMap<>(), defaultDomain);
  }

  /** What is known when these ports are there. */
  KnownNames next(PluggedPorts now) {
    if (now.equals(ports)) {
      return this;
    }
    Map<String, List<PortSpec>> grouped =
        now.topology().ports().values().stream()
            .collect(Collectors.groupingBy(PortSpec::networkId));
    Map<String, NetworkNames> kept = new ConcurrentHashMap<>(names);
    kept.keySet().removeIf(network -> !isSame(network, now, grouped));
    return new KnownNames(now, grouped, kept, defaultDomain);
  }

  private boolean isSame(String network, PluggedPorts now, Map<String, List<PortSpec>> grouped) {
    NetworkSpec spec = ports.topology().networks().get(network);
    return spec != null
        && spec.equals(now.topology().networks().get(network))
        && portsOf(network).equals(grouped.getOrDefault(network, List.of()));
  }

  private List<PortSpec> portsOf(String network) {
    return byNetwork.getOrDefault(network, List.of());
  }

  /** Those of a network that is there. */
  NetworkNames of(NetworkSpec network) {
    return names.computeIfAbsent(
        network.id(), id -> NetworkNames.of(network, portsOf(id), defaultDomain));
  }
}
