package io.virga.netagent.agent;

import io.virga.dataplane.desired.MetadataSpec;
import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.watch.DesiredView;
import io.virga.netagent.metadata.InstanceView;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.pipeline.HostView;
import io.virga.netagent.pipeline.HostView.MetadataDoor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which instance sits behind which port; replaced whole. Any thread may ask. */
final class Instances {

  private volatile Map<Integer, InstanceView> byOfport = Map.of();

  /** Takes in what is desired and plugged now. */
  void update(DesiredView desired, HostView view) {
    Map<Integer, InstanceView> found = new HashMap<>();
    for (MetadataSpec spec : desired.of(MetadataSpec.class).values()) {
      List<InstanceView.Attachment> attachments =
          spec.portIds().stream().flatMap(id -> attachment(id, view).stream()).toList();
      for (InstanceView.Attachment attachment : attachments) {
        Integer ofport = view.wired().get(attachment.port().id());
        if (ofport != null) {
          found.put(ofport, new InstanceView(spec, attachment.port(), attachments));
        }
      }
    }
    byOfport = Map.copyOf(found);
  }

  /** The instance that the switch lets ask under the address. */
  Optional<InstanceView> of(IpAddress sender) {
    return MetadataDoor.portOf(sender).flatMap(port -> Optional.ofNullable(byOfport.get(port)));
  }

  private static Optional<InstanceView.Attachment> attachment(String portId, HostView view) {
    PortSpec port = view.topology().ports().get(portId);
    NetworkSpec network = port == null ? null : view.topology().networks().get(port.networkId());
    return port == null || network == null
        ? Optional.empty()
        : Optional.of(new InstanceView.Attachment(port, network));
  }
}
