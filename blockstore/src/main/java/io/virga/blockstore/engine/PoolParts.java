package io.virga.blockstore.engine;

import io.virga.blockstore.catalogue.Catalogue;
import io.virga.blockstore.journal.Journal;
import io.virga.blockstore.storage.Disk;
import io.virga.blockstore.storage.SegmentStore;

/** What a pool opens and closes. {@code background} runs what blocks, in order. */
record PoolParts(
    PoolOptions options,
    Disk disk,
    Catalogue catalogue,
    Journal journal,
    SegmentStore segments,
    SerialTasks background) {

  void closeAll() {
    journal.close();
    segments.close();
    catalogue.close();
  }
}
