package io.virga.blockstore.engine;

import io.virga.blockstore.extent.VolumeMap;
import io.virga.blockstore.journal.JournalRecord;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import org.jspecify.annotations.Nullable;

/**
 * What is durable of a volume. Changed by {@link PoolState#apply} alone. All entries of the map are
 * of its generation, which are those that it alone has written, or of an earlier one.
 */
final class VolumeState {

  final long id;
  final VolumeKind kind;
  final String name;
  final long baseId;
  final String origin;
  final long sourceId;
  long sizeBytes;
  int generation;
  boolean imageKnown;
  long lastRevert;
  private @Nullable MapAsOf checkpointed;
  private VolumeMap map;

  /**
   * @param sourceId whose contents it began with, 0 if it began empty
   */
  VolumeState(JournalRecord.Create made, long sourceId, VolumeMap map, int generation) {
    this.id = made.volumeId();
    this.kind = made.kind();
    this.name = made.name();
    this.sizeBytes = made.sizeBytes();
    this.baseId = made.baseId();
    this.origin = made.origin();
    this.sourceId = sourceId;
    this.map = map;
    this.generation = generation;
  }

  /** Whether another volume can have its contents, and nothing behind its own end. */
  boolean fits(VolumeState other) {
    return baseId == other.baseId && sizeBytes <= other.sizeBytes;
  }

  /** Which of its blocks lies where. */
  VolumeMap map() {
    return map;
  }

  /** From now on another map; the answer is the one before. */
  VolumeMap replaceMap(VolumeMap next) {
    VolumeMap before = map;
    map = next;
    return before;
  }

  /** Whether what a checkpoint says of the map has changed since this was last asked. */
  boolean takeMapChanged() {
    MapAsOf now = new MapAsOf(map.root().id(), map.mappedBlocks(), map.remoteBlocks());
    boolean changed = !now.equals(checkpointed);
    checkpointed = now;
    return changed;
  }

  private record MapAsOf(long rootId, long mappedBlocks, long remoteBlocks) {}
}
