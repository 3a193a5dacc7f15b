package io.virga.blockstore.engine;

import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which snapshots are of a volume's past: its own; what it was made from; and those that its
 * ancestors had when they were cloned. Ids are given in the order of time. What was taken of an
 * ancestor later is another's business. The line ends at an ancestor that was deleted.
 */
final class Lineage {

  /** Ids of the volume and its ancestors, each with the id of whom came from it. */
  private final Map<Long, Long> line;

  private final long id;

  private Lineage(long id, Map<Long, Long> line) {
    this.id = id;
    this.line = line;
  }

  /** As of now; on the pool's loop. */
  static Lineage of(PoolState state, VolumeState volume) {
    Map<Long, Long> line = new HashMap<>();
    long child = Long.MAX_VALUE;
    @Nullable VolumeState next = volume;
    while (next != null) {
      line.put(next.id, child);
      child = next.id;
      next = state.volume(next.sourceId);
    }
    return new Lineage(volume.id, line);
  }

  /** Whether it is a snapshot of the volume's past. */
  boolean hasSnapshot(VolumeState other) {
    if (other.kind != VolumeKind.SNAPSHOT || other.id == id) {
      return false;
    }
    return line.containsKey(other.id) || other.id < line.getOrDefault(other.sourceId, 0L);
  }
}
