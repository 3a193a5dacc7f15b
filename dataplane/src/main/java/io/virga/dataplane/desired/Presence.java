package io.virga.dataplane.desired;

/**
 * Whether a thing that holds a tenant's data shall be there. Removal is asked for in words, never
 * by leaving the thing out: what an agent has and control does not name is reported and kept.
 */
public enum Presence {
  PRESENT,
  ABSENT
}
