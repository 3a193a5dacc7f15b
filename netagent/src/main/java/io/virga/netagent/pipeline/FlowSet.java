package io.virga.netagent.pipeline;

import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.FlowKey;
import io.virga.netagent.openflow.Match;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Flows as they are being compiled; of two with the same key the first one stays. */
final class FlowSet {

  private final Map<FlowKey, Flow> flows = new HashMap<>();

  /** Goes on in another table. */
  void next(FlowKey key, int table) {
    next(key, List.of(), table);
  }

  /** Does something, then goes on in another table. */
  void next(FlowKey key, List<Action> actions, int table) {
    flows.putIfAbsent(key, new Flow(key, Cookies.of(key), actions, OptionalInt.of(table)));
  }

  /** Does something and ends. */
  void end(FlowKey key, List<Action> actions) {
    flows.putIfAbsent(key, new Flow(key, Cookies.of(key), actions, OptionalInt.empty()));
  }

  /** Goes no further. */
  void drop(FlowKey key) {
    end(key, List.of());
  }

  static FlowKey key(int table, int priority, Match match) {
    return new FlowKey(table, priority, match);
  }

  Map<FlowKey, Flow> flows() {
    return Map.copyOf(flows);
  }
}
