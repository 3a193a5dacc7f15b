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
  final VolumeMap map;
  long sizeBytes;
  int generation;
  boolean imageKnown;
  long checkpointedRoot;

  VolumeState(JournalRecord.Create made, VolumeMap map, int generation) {
    this.id = made.volumeId();
    this.kind = made.kind();
    this.name = made.name();
    this.sizeBytes = made.sizeBytes();
    this.baseId = made.baseId();
    this.origin = made.origin();
    this.map = map;
    this.generation = generation;
  }
}
