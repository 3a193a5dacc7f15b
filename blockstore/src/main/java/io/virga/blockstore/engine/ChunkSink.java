package io.virga.blockstore.engine;

import io.netty.buffer.ByteBuf;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.extent.Entry;
import io.virga.blockstore.journal.JournalRecord;
import io.virga.blockstore.storage.SegmentStore;
import io.virga.dataplane.desired.ImageMap;
import java.util.List;

/** Where fetched chunks of an image go: a slot each, mapped when it is written. */
record ChunkSink(
    PoolState state,
    Committer committer,
    SlotSupply supply,
    SegmentStore segments,
    InFlight inFlight) {

  /** Remembers which chunks of the image are where in its data. */
  void known(VolumeState image, ImageMap map) {
    List<Integer> chunks = map.chunks();
    for (int first = 0; first < chunks.size(); ) {
      int end = first + 1;
      while (end < chunks.size() && chunks.get(end) == chunks.get(first) + end - first) {
        end++;
      }
      committer.log(
          new JournalRecord.MapRun(
              image.id,
              (long) chunks.get(first) << Entry.CHUNK_BLOCK_SHIFT,
              (long) (end - first) << Entry.CHUNK_BLOCK_SHIFT,
              Entry.remote((long) first << Entry.CHUNK_BLOCK_SHIFT)));
      first = end;
    }
    committer.log(new JournalRecord.ImageKnown(image.id));
  }

  /** Stores a chunk; the buffer is released when that is done. */
  void store(VolumeState image, long chunk, ByteBuf bytes, Completion completion) {
    int slot = supply.takeAny(Entry.CHUNK_BLOCKS);
    if (slot < 0) {
      if (!supply.await(() -> store(image, chunk, bytes, completion))) {
        bytes.release();
        completion.done(Outcome.NO_SPACE);
      }
      return;
    }
    InFlight.Epoch epoch = inFlight.enter();
    segments.write(
        Entry.slotAddress(slot),
        0,
        bytes,
        bytes.readerIndex(),
        Entry.CHUNK_BYTES,
        ok -> {
          bytes.release();
          completion.done(stored(image, chunk, slot, ok));
          inFlight.leave(epoch);
        });
  }

  /** The chunk has been written. The image may be gone meanwhile. */
  private Outcome stored(VolumeState image, long chunk, int slot, boolean ok) {
    boolean wanted = state.volume(image.id) == image && ImageStream.isRemote(image, chunk);
    if (!ok || !wanted) {
      supply.giveBack(slot, Entry.CHUNK_BLOCKS);
      return Outcome.IO_ERROR;
    }
    committer.log(
        new JournalRecord.MapRun(
            image.id,
            chunk << Entry.CHUNK_BLOCK_SHIFT,
            Entry.CHUNK_BLOCKS,
            Entry.mapped(Entry.slotAddress(slot), image.generation)));
    return Outcome.OK;
  }
}
