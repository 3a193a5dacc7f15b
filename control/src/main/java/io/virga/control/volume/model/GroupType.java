package io.virga.control.volume.model;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A type of groups.
 *
 * @param isPublic for everyone, not only for administrators
 */
public record GroupType(
    UUID id, String name, Optional<String> text, boolean isPublic, Map<String, String> specs) {

  private static final String CONSISTENT = "consistent_group_snapshot_enabled";

  public GroupType {
    specs = Map.copyOf(specs);
  }

  /** Whether the snapshots of a group are to be of one moment. */
  public boolean isConsistent() {
    return specs.getOrDefault(CONSISTENT, "").equalsIgnoreCase("<is> True");
  }

  /** The same type with other specs. */
  public GroupType specified(Map<String, String> changed) {
    return new GroupType(id, name, text, isPublic, changed);
  }
}
