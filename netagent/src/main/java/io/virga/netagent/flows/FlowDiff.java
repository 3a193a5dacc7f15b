package io.virga.netagent.flows;

import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.FlowKey;
import io.virga.netagent.openflow.Message.FlowCommand;
import io.virga.netagent.openflow.Message.FlowMod;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What turns the flows that a switch holds into those that are desired: later tables are filled
 * before earlier ones lead to them, and removed after. A flow that is right is not touched.
 *
 * @param added flows that were not there or did something else
 * @param removed flows that nobody desires
 * @param replaced what those of the added did before that were there
 */
public record FlowDiff(List<Flow> added, List<Flow> removed, List<Flow> replaced) {

  /** Nothing is to be changed. */
  public static final FlowDiff NONE = new FlowDiff(List.of(), List.of(), List.of());

  private static final Comparator<Flow> BY_TABLE =
      Comparator.comparingInt(flow -> flow.key().table());

  public FlowDiff {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
    replaced = List.copyOf(replaced);
  }

  /** The difference of two sets. */
  public static FlowDiff between(Map<FlowKey, Flow> desired, Collection<Flow> held) {
    Map<FlowKey, Flow> surplus = HashMap.newHashMap(held.size());
    held.forEach(flow -> surplus.put(flow.key(), flow));
    List<Flow> added = new ArrayList<>();
    List<Flow> replaced = new ArrayList<>();
    for (Flow flow : desired.values()) {
      Flow there = surplus.remove(flow.key());
      if (there == null || !there.doesTheSameAs(flow)) {
        added.add(flow);
        Optional.ofNullable(there).ifPresent(replaced::add);
      }
    }
    return ordered(added, surplus.values(), replaced);
  }

  /** The difference that consists of these, each in the order in which it shall be made. */
  public static FlowDiff ordered(
      Collection<Flow> added, Collection<Flow> removed, Collection<Flow> replaced) {
    return new FlowDiff(
        added.stream().sorted(BY_TABLE.reversed()).toList(),
        removed.stream().sorted(BY_TABLE).toList(),
        List.copyOf(replaced));
  }

  /** The changes in the order in which they shall be made. */
  public List<FlowMod> changes() {
    List<FlowMod> changes = new ArrayList<>(added.size() + removed.size());
    added.forEach(flow -> changes.add(new FlowMod(FlowCommand.ADD, flow)));
    removed.forEach(flow -> changes.add(new FlowMod(FlowCommand.DELETE_STRICT, flow)));
    return changes;
  }

  public boolean isEmpty() {
    return added.isEmpty() && removed.isEmpty();
  }
}
