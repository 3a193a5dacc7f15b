package io.virga.netagent.metadata;

import io.virga.dataplane.desired.MetadataSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.pipeline.Topology.Attachment;
import java.util.List;

/**
 * An instance as the port that asked sees it.
 *
 * @param asking the port that the request came from
 * @param interfaces all its ports that this host knows, each with its network
 */
public record InstanceView(MetadataSpec spec, PortSpec asking, List<Attachment> interfaces) {

  public InstanceView {
    interfaces = List.copyOf(interfaces);
  }
}
