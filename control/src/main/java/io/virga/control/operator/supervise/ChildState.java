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
  STOPPING,
  STOPPED;

  /** Whether it serves. */
  public boolean serves() {
    return this == UP || this == DEGRADED;
  }
}
