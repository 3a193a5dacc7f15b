package io.virga.blockstore.engine;

import io.virga.blockstore.extent.VolumeMap;
import io.virga.blockstore.journal.JournalRecord;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;

/** What is durable of a volume. Changed by {@link PoolState#apply} alone. */
final class VolumeState {

  final long id;
  final VolumeKind kind;
  final String name;
  final long baseId;
  final String origin;
  final long sourceId;
  final VolumeMap map;
  long sizeBytes;
  int generation;
  boolean imageKnown;
  long checkpointedRoot;

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
}
