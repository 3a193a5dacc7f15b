package io.virga.control.operator.supervise;

/** Where a process is in its life; {@link Child} has the transitions. */
public enum ChildState {
  WAITING,
  PREPARING,
  STARTING,
  UP,
  DEGRADED,
  DOWN,
  RESTARTING,
  HOLDING,
  HELD,
  STOPPING,
  STOPPED;

  /** Whether it runs, or is about to. */
  boolean runs() {
    return ordinal() < HOLDING.ordinal();
  }

  /** Whether it serves. */
  public boolean serves() {
    return this == UP || this == DEGRADED;
  }
}
