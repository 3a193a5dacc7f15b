package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.FlowKey;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OpenFlow;
import io.virga.netagent.openflow.OxmField;
import java.util.List;
import java.util.Optional;

/**
 * The tags of trunks' sub-ports. What comes by the trunk's port with a sub-port's tag goes without
 * it into the sub-port's wire, at whose other end it comes in again, as the sub-port's own; what is
 * for the sub-port comes out of that wire and leaves by the trunk's port with the tag.
 */
final class TrunkFlows {

  private TrunkFlows() {}

  static void compile(PortSpec port, HostView view, FlowSet flows) {
    Optional<Integer> end = Optional.ofNullable(view.trunkEnds().get(port.id()));
    Optional<Integer> parent =
        port.trunk().flatMap(trunk -> Optional.ofNullable(view.wired().get(trunk.portId())));
    if (end.isPresent() && parent.isPresent()) {
      int tag = OpenFlow.VLAN_PRESENT | port.trunk().map(PortSpec.TrunkParent::vlan).orElse(0);
      flows.end(
          entry(parent.get(), tag), List.of(new Action.PopVlan(), new Action.Output(end.get())));
      flows.end(
          entry(end.get(), 0),
          List.of(
              new Action.PushVlan(ProviderFlows.ETHERTYPE_VLAN),
              new Action.SetField(OxmField.VLAN_VID, tag),
              new Action.Output(parent.get())));
    }
  }

  private static FlowKey entry(int ofport, int tag) {
    return key(
        Tables.CLASSIFY,
        100,
        Match.ANY.with(OxmField.IN_PORT, ofport).with(OxmField.VLAN_VID, tag));
  }
}
