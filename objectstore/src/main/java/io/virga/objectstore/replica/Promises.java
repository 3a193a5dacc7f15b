package io.virga.objectstore.replica;

import io.virga.objectstore.index.IndexView;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The promises that a device has given, in memory. A promise that is forgotten, by a restart or for
 * want of room, is only one that the writer cannot rely on any more: its write is refused and it
 * asks again. Used by the thread that orders the device's changes.
 */
final class Promises {

  private static final int MAXIMUM = 10_000;

  private record Key(int policy, ObjectPath path) {}

  private final Map<Key, Timestamp> given = new LinkedHashMap<>();

  /** The last promise for an object, zero if there is none. */
  Timestamp of(int policy, ObjectPath path) {
    return given.getOrDefault(new Key(policy, path), Timestamp.ZERO);
  }

  /** The last write or promise for an object, whichever is later. */
  Timestamp newest(IndexView view, int policy, ObjectPath path) {
    return view.object(policy, path)
        .map(ObjectRow::metadataTimestamp)
        .orElse(Timestamp.ZERO)
        .max(of(policy, path));
  }

  void give(int policy, ObjectPath path, Timestamp time) {
    Key key = new Key(policy, path);
    given.remove(key);
    given.put(key, time);
    if (given.size() > MAXIMUM) {
      Iterator<Key> oldest = given.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** A write that is as late as the promise ends it. */
  void written(int policy, ObjectPath path) {
    given.remove(new Key(policy, path));
  }
}
