package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OpenFlow;
import io.virga.netagent.openflow.OxmField;
import java.util.ArrayList;
import java.util.List;

/**
 * Networks that are on a wire of the hosts, untagged or in a VLAN. Others than our guests are on it
 * too, so that what is not known to be here is looked for there; what came from the wire is never
 * sent into it again.
 */
final class ProviderFlows {

  static final int ETHERTYPE_VLAN = 0x8100;

  private ProviderFlows() {}

  /**
   * @param patch the port to the bridge of the physical network
   */
  static void compile(NetworkSpec network, int patch, FlowSet flows) {
    long vni = network.vni();
    int tag = tag(network);
    Match fromWire = Match.ANY.with(OxmField.IN_PORT, patch).with(OxmField.VLAN_VID, tag);
    List<Action> in = new ArrayList<>();
    List<Action> out = new ArrayList<>();
    if (tag != 0) {
      in.add(new Action.PopVlan());
      out.add(new Action.PushVlan(ETHERTYPE_VLAN));
      out.add(new Action.SetField(OxmField.VLAN_VID, tag));
    }
    in.add(new Action.SetField(OxmField.METADATA, vni));
    in.add(new Action.SetField(Registers.ORIGIN, Registers.FROM_WIRE));
    out.add(new Action.Output(patch));
    flows.next(key(Tables.CLASSIFY, 100, fromWire), in, Tables.FROM_WIRE);
    Match here = Match.ANY.with(OxmField.METADATA, vni);
    flows.next(key(Tables.FROM_WIRE, 1, here), Tables.FORWARD);
    flows.next(key(Tables.SERVICES, 20, here.and(Packets.ARP)), Tables.FORWARD);
    Discovery.ALL.forEach(
        message -> flows.next(key(Tables.SERVICES, 20, here.and(message)), Tables.FORWARD));
    flows.next(key(Tables.FORWARD, 10, Registers.notFromWire(here)), Tables.TO_WIRE);
    flows.end(key(Tables.TO_WIRE, 100, Registers.notFromWire(here)), out);
  }

  /** What {@code vlan_vid} is of a frame on the wire: no tag, or one with its number. */
  private static int tag(NetworkSpec network) {
    return network
        .provider()
        .flatMap(provider -> provider.vlan())
        .map(vlan -> OpenFlow.VLAN_PRESENT | vlan)
        .orElse(0);
  }

  /** The copy of a broadcast that goes into the wire. */
  static List<Action> copy() {
    return List.of(new Action.Resubmit(Tables.TO_WIRE));
  }
}
