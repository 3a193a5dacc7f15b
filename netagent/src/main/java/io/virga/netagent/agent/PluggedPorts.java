package io.virga.netagent.agent;

import io.virga.netagent.pipeline.HostView;
import io.virga.netagent.pipeline.Topology;
import io.virga.netagent.pipeline.Topology.Attachment;
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

  static PluggedPorts of(HostView view) {
    Map<Integer, String> ids = HashMap.newHashMap(view.wired().size());
    view.wired().forEach((id, ofport) -> ids.put(ofport, id));
    return new PluggedPorts(view.topology(), ids);
  }

  /** The one with the number. */
  Optional<Attachment> of(int ofport) {
    return Optional.ofNullable(ids.get(ofport)).flatMap(topology::attachment);
  }
}
