package io.virga.dataplane.desired;

/** What an instance shall be doing. */
public enum PowerState {
  RUNNING,
  STOPPED,
  ABSENT
}
