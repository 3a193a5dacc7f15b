package io.virga.objectstore.store;

import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import java.util.List;
import java.util.Optional;

/**
 * What is to be written of an object.
 *
 * @param object empty to delete it
 * @param staged where its bytes are
 * @param more what takes effect in the same moment
 */
record ObjectWrite(
    int policy,
    ObjectPath path,
    Optional<NewObject> object,
    Staged staged,
    Condition condition,
    List<Entry> more) {

  static ObjectWrite put(
      int policy, ObjectPath path, NewObject object, Staged staged, Condition condition) {
    return new ObjectWrite(policy, path, Optional.of(object), staged, condition, List.of());
  }

  static ObjectWrite delete(int policy, ObjectPath path, Condition condition, List<Entry> more) {
    return new ObjectWrite(
        policy, path, Optional.empty(), replica -> Optional.empty(), condition, more);
  }

  /** Whether there must be an object before. */
  boolean mustExist() {
    return object.isEmpty();
  }

  ObjectRow rowAt(Timestamp time) {
    return object
        .map(o -> o.toRow(policy, path, time))
        .orElseGet(() -> ObjectRow.tombstone(policy, path, time));
  }
}
