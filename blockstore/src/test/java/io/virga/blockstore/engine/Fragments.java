package io.virga.blockstore.engine;

import io.virga.blockstore.extent.Entry;
import io.virga.blockstore.journal.JournalRecord;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;

/** Maps blocks of a volume one by one, each to its neighbour's place: as many extents as blocks. */
final class Fragments {

  private Fragments() {}

  /** On the pool's loop; whole chunks, as many as there are slots for; returns the next block. */
  static long map(Pool pool, String volume, long firstBlock, int count) {
    PoolCore core = pool.core();
    VolumeState state = core.state().find(VolumeKind.VOLUME, volume).orElseThrow();
    for (long chunk = firstBlock; chunk < firstBlock + count; chunk += Entry.CHUNK_BLOCKS) {
      int slot = core.supply().takeAny(Entry.CHUNK_BLOCKS);
      if (slot < 0) {
        return chunk;
      }
      for (int i = 0; i < Entry.CHUNK_BLOCKS; i++) {
        long address = Entry.slotAddress(slot) + (i ^ 1);
        core.committer()
            .log(
                new JournalRecord.MapRun(
                    state.id, chunk + i, 1, Entry.mapped(address, state.generation)));
      }
    }
    return firstBlock + count;
  }
}
