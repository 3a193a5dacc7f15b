package io.virga.control.image.metadef;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Definitions that belong together. */
record Namespace(UUID id, Attributes attributes, Instant createdAt, Instant updatedAt) {

  /** Everyone sees it; one that is not is seen by the project that owns it alone. */
  static final String PUBLIC = "public";

  /**
   * What is said of one.
   *
   * @param name unique in the cloud
   * @param visibility {@link #PUBLIC} or {@code private}
   * @param isProtected whether nothing of it may be deleted
   * @param owner a project
   */
  record Attributes(
      String name,
      Optional<String> displayName,
      Optional<String> description,
      String visibility,
      boolean isProtected,
      String owner) {}

  String name() {
    return attributes.name();
  }
}
