package io.virga.netagent.metadata;

import io.virga.dataplane.desired.MetadataSpec;
import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
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

  /** A port and the network that it is in. */
  public record Attachment(PortSpec port, NetworkSpec network) {}
}
