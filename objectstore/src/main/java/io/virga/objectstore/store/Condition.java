package io.virga.objectstore.store;

import io.virga.objectstore.record.ObjectRow;
import java.util.Optional;

/** What must hold of the object that is there, when a write is decided. */
public interface Condition {

  /** Nothing. */
  Condition NONE = existing -> true;

  /** There is no object. */
  Condition ABSENT = Optional::isEmpty;

  boolean holds(Optional<ObjectRow> existing);
}
