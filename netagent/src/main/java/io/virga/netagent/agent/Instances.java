package io.virga.netagent.agent;

import io.virga.dataplane.desired.MetadataSpec;
import io.virga.dataplane.watch.DesiredView;
import io.virga.netagent.metadata.InstanceView;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.pipeline.HostView;
import io.virga.netagent.pipeline.HostView.MetadataDoor;
import io.virga.netagent.pipeline.Topology.Attachment;
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
      List<Attachment> attachments =
          spec.portIds().stream().flatMap(id -> view.topology().attachment(id).stream()).toList();
      for (Attachment attachment : attachments) {
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
}
