package io.virga.netagent.pipeline;

import static io.virga.netagent.pipeline.FlowSet.key;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.FlowKey;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.MacAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What goes to many: a copy for each port here, which its ingress rules judge, then one for each
 * way out. The copies are in rows, of which one leads to the next, because the actions of a flow
 * have to fit into one message. Many are all of a network for broadcast and multicast, and those
 * that may have a MAC beside their own (allowed address pairs), such as that of a virtual router
 * which several take in turn: nobody says which of them has it now.
 *
 * @param shared by each MAC that ports may have beside their own, who those are
 */
record FloodFlows(
    NetworkSpec network, WaysOut ways, Receivers all, Map<MacAddress, Receivers> shared)
    implements Piece.Part {

  /** An address with this bit is of many. */
  static final long GROUP_BIT = 0x010000000000L;

  private static final int ROW_COPIES = 500;

  FloodFlows {
    shared = Map.copyOf(shared);
  }

  /**
   * Who gets a copy.
   *
   * @param ofports of the ports here, in the order of the copies
   * @param endpoints of the other hosts that have such a port, likewise
   */
  record Receivers(List<Integer> ofports, List<Ipv4Address> endpoints) {

    Receivers {
      ofports = List.copyOf(ofports);
      endpoints = List.copyOf(endpoints);
    }
  }

  static FloodFlows of(Segment segment, HostView view) {
    Map<MacAddress, Receivers> shared = new HashMap<>();
    segment.shared().forEach((mac, sharing) -> shared.put(mac, receivers(sharing, view)));
    return new FloodFlows(
        segment.network(),
        WaysOut.of(segment.network(), view.uplinks()),
        receivers(segment, view),
        shared);
  }

  private static Receivers receivers(Segment segment, HostView view) {
    return new Receivers(
        segment.local().stream().map(LocalPort::ofport).toList(),
        segment.ports().stream()
            .flatMap(port -> view.endpointOf(port).stream())
            .distinct()
            .sorted()
            .toList());
  }

  @Override
  public void compile(FlowSet flows) {
    Match here = Match.ANY.with(OxmField.METADATA, network.vni());
    FlowKey group = key(Tables.FORWARD, 90, here.with(OxmField.ETH_DST, GROUP_BIT, GROUP_BIT));
    compile(group, key(Tables.FLOOD, 100, here), all, flows);
    shared.forEach(
        (mac, sharing) -> {
          Match match = here.with(OxmField.ETH_DST, mac.bits());
          compile(key(Tables.FORWARD, 95, match), key(Tables.FLOOD, 110, match), sharing, flows);
        });
  }

  /**
   * @param to what is copied
   * @param rows table, priority and match of the rows
   */
  private void compile(FlowKey to, FlowKey rows, Receivers receivers, FlowSet flows) {
    flows.next(to, List.of(new Action.SetField(Registers.SCRATCH, 0)), Tables.FLOOD);
    List<List<Action>> local = rows(receivers.ofports().stream().map(FloodFlows::copy).toList());
    List<List<Action>> out = rows(ways.copies(network, receivers.endpoints()));
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

  private static List<Action> copy(int ofport) {
    return List.of(
        new Action.SetField(Registers.TARGET_PORT, ofport),
        new Action.SetField(Registers.ZONE, ofport),
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
