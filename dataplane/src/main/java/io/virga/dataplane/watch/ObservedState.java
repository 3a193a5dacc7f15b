package io.virga.dataplane.watch;

import java.util.Map;
import java.util.Optional;

/**
 * What an agent has brought about of one thing; sent in batches, newest wins.
 *
 * @param kind a {@link io.virga.dataplane.desired.Kind#wireName()}, or {@code host} for the host
 *     itself
 * @param generation the generation of the desired state that this speaks of
 * @param error why it could not be brought about, for the tenant's eyes; only with {@link
 *     Status#FAILED}
 * @param details what else is known, by documented names ({@code docs/ARCHITECTURE.md}, "Wire
 *     contracts")
 */
public record ObservedState(
    String kind,
    String id,
    long generation,
    Status status,
    Optional<String> error,
    Map<String, String> details) {

  public ObservedState {
    details = Map.copyOf(details);
  }

  /** How far it has come. */
  public enum Status {
    /** Being worked on. */
    PENDING,
    /** As desired. */
    READY,
    /** Tried and failed; it is tried again with backoff. */
    FAILED,
    /** Not there; for things whose desired presence or power is ABSENT, the end. */
    ABSENT
  }
}
