package io.virga.dataplane.desired;

/** What an instance shall be doing. */
public enum PowerState {
  RUNNING,
  /** Its processors are halted. */
  PAUSED,
  /** Its memory is in a file. */
  SUSPENDED,
  STOPPED,
  ABSENT
}
