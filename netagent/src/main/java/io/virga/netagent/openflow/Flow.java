package io.virga.netagent.openflow;

import java.util.List;
import java.util.OptionalInt;

/**
 * A flow of a switch.
 *
 * @param cookie the controller's own number; a change of it alone changes no packet
 * @param actions applied at once, in order
 * @param gotoTable where the packet goes on
 */
public record Flow(FlowKey key, long cookie, List<Action> actions, OptionalInt gotoTable) {

  public Flow {
    actions = List.copyOf(actions);
  }

  /** Whether packets are treated in the same way by both. */
  public boolean doesTheSameAs(Flow other) {
    return actions.equals(other.actions) && gotoTable.equals(other.gotoTable);
  }
}
