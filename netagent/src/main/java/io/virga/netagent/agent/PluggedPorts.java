package io.virga.netagent.agent;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.pipeline.HostView;
import io.virga.netagent.pipeline.Topology;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who is behind the bridge's ports.
 *
 * @param ids of the ports that are plugged in, by their OpenFlow numbers
 */
record PluggedPorts(Topology topology, Map<Integer, String> ids) {

  /** Nobody. */
  static final PluggedPorts NONE =
      new PluggedPorts(new Topology(Map.of(), Map.of(), Map.of(), Map.of(), Map.of()), Map.of());

  PluggedPorts {
    ids = Map.copyOf(ids);
  }

  /** A port with the network that it is on. */
  record Plugged(PortSpec port, NetworkSpec network) {}

  static PluggedPorts of(HostView view) {
    Map<Integer, String> ids = HashMap.newHashMap(view.wired().size());
    view.wired().forEach((id, ofport) -> ids.put(ofport, id));
    return new PluggedPorts(view.topology(), ids);
  }

  /** The one with the number. */
  Optional<Plugged> of(int ofport) {
    return Optional.ofNullable(ids.get(ofport))
        .flatMap(id -> Optional.ofNullable(topology.ports().get(id)))
        .flatMap(
            port ->
                Optional.ofNullable(topology.networks().get(port.networkId()))
                    .map(network -> new Plugged(port, network)));
  }
}
