package io.virga.control.image.metadef;

import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/** An object, a property or a tag of a namespace. */
record Item(ItemKind kind, Definition definition, Instant createdAt, Instant updatedAt) {

  /**
   * What is said of one.
   *
   * @param name unique among those of its kind in the namespace
   * @param body all that is said besides, in Glance's words; not to be changed
   */
  record Definition(String name, ObjectNode body) {}

  String name() {
    return definition.name();
  }
}
