package io.virga.blockstore.engine;

import io.netty.util.concurrent.EventExecutor;
import io.virga.blockstore.catalogue.Catalogue;
import io.virga.blockstore.extent.VolumeMap;
import io.virga.blockstore.image.ImageSource;
import io.virga.blockstore.journal.Journal;
import io.virga.blockstore.journal.JournalReplay;
import io.virga.blockstore.storage.Disk;
import io.virga.blockstore.storage.SegmentStore;
import io.virga.blockstore.storage.SlotTable;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Opens a pool: checkpoint, then journal, then a new checkpoint of both. Of the maps it reads what
 * the journal since that checkpoint changes; the rest is read when the pool has started.
 */
public final class PoolOpening {

  private final Disk disk;
  private final Catalogue catalogue;
  private final ImageSource images;
  private final SerialTasks background;
  private final EventExecutor loop;

  /** With what it will work; {@code threads} run what blocks, and may refuse to for a while. */
  public PoolOpening(
      Disk disk, Catalogue catalogue, ImageSource images, Executor threads, EventExecutor loop) {
    this.disk = disk;
    this.catalogue = catalogue;
    this.images = images;
    this.background = new SerialTasks(threads);
    this.loop = loop;
  }

  /**
   * Recovers and starts the pool; the catalogue is closed if that fails. Blocks; not on the loop.
   */
  public Pool open(PoolOptions options) throws IOException {
    try {
      return recover(options);
    } catch (IOException | RuntimeException e) {
      catalogue.close();
      throw e;
    }
  }

  private Pool recover(PoolOptions options) throws IOException {
    SlotTable table = new SlotTable();
    PoolSlots slots = new PoolSlots(table);
    Checkpoint.Loaded loaded = Checkpoint.load(catalogue, slots);
    PoolState state = loaded.state();
    state.onRelease(PoolOpening::releaseWhole);
    long nextSequence = JournalReplay.run(disk, loaded.sequence(), state::apply);
    SegmentStore segments = SegmentStore.open(disk);
    try {
      count(loaded, segments, table, slots);
      sync(segments);
      catalogue.write(
          Checkpoint.capture(state, catalogue, SlotSupply.totals(table), nextSequence - 1).whole());
    } catch (IOException | RuntimeException e) {
      segments.close();
      throw e;
    }
    Journal journal =
        Journal.open(disk, background, loop, options.journalFileBytes(), nextSequence);
    InFlight inFlight = new InFlight();
    Committer committer = new Committer(state, slots, segments, journal, inFlight, loop);
    Reclaimer reclaimer = new Reclaimer(committer, slots, loop);
    state.onRelease(reclaimer::add);
    SlotSupply supply = new SlotSupply(table, segments, reclaimer, options, background, loop);
    Images streams =
        new Images(
            images, state, new ChunkSink(state, committer, supply, segments, inFlight), loop);
    PageReader pages = new PageReader(state.space.listed(), catalogue, background, committer, loop);
    PoolCore core =
        new PoolCore(state, committer, supply, segments, inFlight, streams, pages, loop);
    Pool pool =
        new Pool(new PoolParts(options, disk, catalogue, journal, segments, background), core);
    loop.submit(pool::start).syncUninterruptibly();
    return pool;
  }

  /** Counts what has been read of the maps by now. */
  private static void count(
      Checkpoint.Loaded loaded, SegmentStore segments, SlotTable table, PoolSlots slots)
      throws IOException {
    int there = segments.slotCount();
    SlotCounts.Totals before = loaded.slots().orElse(new SlotCounts.Totals(0, there));
    segments.require(before.slots());
    table.addUncounted(there, before.used());
    slots.counting();
    loaded.state().space.readFromNowhere();
    loaded.state().space.retainRead();
  }

  /** What the next checkpoint says of the segments has to be so when the power is lost, too. */
  private void sync(SegmentStore segments) throws IOException {
    CompletableFuture<Boolean> synced = new CompletableFuture<>();
    loop.execute(() -> segments.syncLast(synced::complete));
    if (!synced.join()) {
      throw new IOException("the last segment file of the pool could not be made durable");
    }
  }

  private static void releaseWhole(VolumeMap map) {
    boolean done = false;
    while (!done) {
      done = map.release(Integer.MAX_VALUE);
    }
  }
}
