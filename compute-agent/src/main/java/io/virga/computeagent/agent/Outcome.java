package io.virga.computeagent.agent;

import io.virga.dataplane.watch.ObservedState;
import io.virga.dataplane.watch.ObservedState.Status;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What one look at an instance came to.
 *
 * @param again when to look again, if something is under way
 */
record Outcome(ObservedState observed, Optional<Duration> again) {

  /** Nothing is left to do. */
  static Outcome settled(ObservedState observed) {
    return new Outcome(observed, Optional.empty());
  }

  /** Something is under way that is to be looked at after a while. */
  static Outcome underWay(ObservedState observed, Duration again) {
    return new Outcome(observed, Optional.of(again));
  }

  /** The same, with what went wrong in words for the tenant. */
  Outcome failed(String error) {
    ObservedState was = observed;
    return new Outcome(
        new ObservedState(
            was.kind(),
            was.id(),
            was.generation(),
            Status.FAILED,
            Optional.of(error),
            Map.copyOf(was.details())),
        again);
  }
}
