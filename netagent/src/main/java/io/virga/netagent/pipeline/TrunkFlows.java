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
 *
 * @param trunk the number of the trunk's port
 * @param end that of the end of the sub-port's wire
 * @param vlan the tag
 */
record TrunkFlows(int trunk, int end, int vlan) implements Piece.Whole {

  /** Those of a sub-port, once both are plugged in. */
  static Optional<TrunkFlows> of(PortSpec port, HostView view) {
    return port.trunk()
        .flatMap(
            parent ->
                Optional.ofNullable(view.wired().get(parent.portId()))
                    .flatMap(
                        trunk ->
                            Optional.ofNullable(view.trunkEnds().get(port.id()))
                                .map(end -> new TrunkFlows(trunk, end, parent.vlan()))));
  }

  @Override
  public void compile(FlowSet flows) {
    int tag = OpenFlow.VLAN_PRESENT | vlan;
    flows.end(entry(trunk, tag), List.of(new Action.PopVlan(), new Action.Output(end)));
    flows.end(
        entry(end, 0),
        List.of(
            new Action.PushVlan(ProviderFlows.ETHERTYPE_VLAN),
            new Action.SetField(OxmField.VLAN_VID, tag),
            new Action.Output(trunk)));
  }

  private static FlowKey entry(int ofport, int tag) {
    return key(
        Tables.CLASSIFY,
        100,
        Match.ANY.with(OxmField.IN_PORT, ofport).with(OxmField.VLAN_VID, tag));
  }
}
