package io.virga.objectstore.replica;

import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import java.util.List;

/** Entries that take effect together if all guards hold where the device orders its changes. */
public record Write(List<Guard> guards, List<Entry> entries) {

  public Write {
    guards = List.copyOf(guards);
    entries = List.copyOf(entries);
  }

  /** Entries that are merged whatever is there. */
  public static Write of(List<Entry> entries) {
    return new Write(List.of(), entries);
  }

  /**
   * A row that comes from another replica, with the mark that its container may not have heard of
   * it: who wrote it may have ended before, and the replica that it comes from, which knows, may be
   * lost.
   */
  public static List<Entry> copied(ObjectRow row) {
    return List.of(
        new Entry.PutObject(row),
        new Entry.PutPending(row.policy(), row.path(), row.metadataTimestamp()));
  }

  /** What must hold. */
  public sealed interface Guard {}

  /** Nothing as new as this is there, and nothing later has been promised. */
  public record Newer(int policy, ObjectPath path, Timestamp time) implements Guard {}

  /** The promise of exactly this time is the last that was given. */
  public record Kept(int policy, ObjectPath path, Timestamp time) implements Guard {}

  /** The object's data is exactly as old as this, and its metadata older than that. */
  public record SameData(int policy, ObjectPath path, Timestamp data, Timestamp metadata)
      implements Guard {}

  /** The container is there, and of this storage policy. */
  public record Live(ContainerPath container, int policy) implements Guard {}

  /** The container lists nothing. */
  public record Empty(ContainerPath container) implements Guard {}
}
