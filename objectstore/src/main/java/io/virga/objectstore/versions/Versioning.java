package io.virga.objectstore.versions;

import io.virga.objectstore.record.ContainerRow;

/** Whether writes to a container keep what they replace. */
public enum Versioning {
  /** They do not, and never did. */
  OFF,
  /** Each write makes a version with an id of its own. */
  ENABLED,
  /** Each write replaces the null version; others stay. */
  SUSPENDED;

  /** The metadata of the container that says so. */
  public static final String METADATA = ".versioning";

  public static Versioning of(ContainerRow row) {
    String name = row.metadata().get(METADATA);
    return name == null ? OFF : valueOf(name);
  }
}
