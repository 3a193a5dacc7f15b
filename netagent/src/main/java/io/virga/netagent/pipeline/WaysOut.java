package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.netagent.openflow.Action;
import io.virga.netagent.packet.Ipv4Address;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How the packets of a network leave the host and come to it, as far as there are ways.
 *
 * @param tunnel the VXLAN port
 * @param patch the port to the bridge of the wire that the network is on
 */
record WaysOut(OptionalInt tunnel, Optional<Integer> patch) {

  static WaysOut of(NetworkSpec network, Uplinks uplinks) {
    return new WaysOut(
        uplinks.tunnel(),
        network
            .provider()
            .flatMap(
                provider ->
                    Optional.ofNullable(uplinks.patches().get(provider.physicalNetwork()))));
  }

  void compile(NetworkSpec network, FlowSet flows) {
    tunnel.ifPresent(_ -> TunnelFlows.compileIn(network.vni(), flows));
    patch.ifPresent(port -> ProviderFlows.compile(network, port, flows));
  }

  /**
   * What goes by them of a packet for many.
   *
   * @param endpoints of the other hosts that have some of them, in the order of the copies
   */
  List<List<Action>> copies(NetworkSpec network, Collection<Ipv4Address> endpoints) {
    if (network.provider().isPresent()) {
      return patch.map(_ -> List.of(ProviderFlows.copy())).orElse(List.of());
    }
    return tunnel.isEmpty()
        ? List.of()
        : endpoints.stream()
            .map(endpoint -> TunnelFlows.toEndpoint(tunnel.getAsInt(), network.vni(), endpoint))
            .toList();
  }
}
