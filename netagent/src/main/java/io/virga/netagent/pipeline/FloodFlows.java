package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.FlowKey;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmField;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What goes to many: a copy for each port here, which its ingress rules judge, then one for each
 * way out. The copies are in rows, of which one leads to the next, because the actions of a flow
 * have to fit into one message. Many are all of a network for broadcast and multicast, and those
 * that may have a MAC beside their own (allowed address pairs), such as that of a virtual router
 * which several take in turn: nobody says which of them has it now.
 */
final class FloodFlows {

  /** An address with this bit is of many. */
  static final long GROUP_BIT = 0x010000000000L;

  private static final int ROW_COPIES = 500;

  private FloodFlows() {}

  static void compile(Segment segment, WaysOut waysOut, FlowSet flows) {
    Match here = Match.ANY.with(OxmField.METADATA, segment.network().vni());
    FlowKey group = key(Tables.FORWARD, 90, here.with(OxmField.ETH_DST, GROUP_BIT, GROUP_BIT));
    compile(group, key(Tables.FLOOD, 100, here), segment, waysOut, flows);
    segment
        .shared()
        .forEach(
            (mac, sharing) -> {
              Match match = here.with(OxmField.ETH_DST, mac.bits());
              compile(
                  key(Tables.FORWARD, 95, match),
                  key(Tables.FLOOD, 110, match),
                  sharing,
                  waysOut,
                  flows);
            });
  }

  /**
   * @param to what is copied
   * @param rows table, priority and match of the rows
   */
  private static void compile(
      FlowKey to, FlowKey rows, Segment receivers, WaysOut waysOut, FlowSet flows) {
    flows.next(to, List.of(new Action.SetField(Registers.SCRATCH, 0)), Tables.FLOOD);
    List<List<Action>> local = rows(receivers.local().stream().map(FloodFlows::copy).toList());
    List<List<Action>> out = rows(waysOut.copies(receivers));
    List<List<Action>> all = Stream.concat(local.stream(), out.stream()).toList();
    for (int row = 0; row < all.size(); row++) {
      List<Action> actions = new ArrayList<>(all.get(row));
      if (row + 1 < all.size()) {
        actions.add(new Action.SetField(Registers.SCRATCH, row + 1));
        actions.add(new Action.Resubmit(Tables.FLOOD));
      }
      Match match = rows.match().with(Registers.SCRATCH, row);
      flows.end(
          key(
              rows.table(),
              rows.priority(),
              row < local.size() ? match : Registers.notFromTunnel(match)),
          actions);
    }
  }

  private static List<Action> copy(LocalPort port) {
    return List.of(
        new Action.SetField(Registers.TARGET_PORT, port.ofport()),
        new Action.SetField(Registers.ZONE, port.ofport()),
        new Action.Resubmit(Tables.INGRESS));
  }

  private static List<List<Action>> rows(List<List<Action>> copies) {
    List<List<Action>> rows = new ArrayList<>();
    for (int from = 0; from < copies.size(); from += ROW_COPIES) {
      rows.add(
          copies.subList(from, Math.min(copies.size(), from + ROW_COPIES)).stream()
              .flatMap(List::stream)
              .toList());
    }
    return rows;
  }
}
