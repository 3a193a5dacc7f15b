package io.virga.blockstore.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.virga.blockstore.catalogue.Catalogue.Table;
import io.virga.blockstore.extent.Entry;
import io.virga.blockstore.extent.Recount;
import io.virga.blockstore.extent.VolumeMap;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Reads everything again at a bounded rate, so that damage is known before it is needed: counts the
 * references to slots anew, then every row of the catalogue, the journal since the last checkpoint,
 * and every slot that is used. Owned by the pool's loop.
 *
 * <p>resting → counting → rows → journal → slots → resting; any → stopped.
 */
final class Scrubber {

  private static final int ENTRIES_AT_A_TIME = 32 << 10;
  private static final long REST_SECONDS = 60;

  private final PoolCore core;
  private final SlotCounts slots;
  private final ScrubRows rows;
  private final ScrubFindings findings;
  private final long bytesPerSecond;
  private boolean stopped;

  Scrubber(
      PoolCore core,
      SlotCounts slots,
      ScrubRows rows,
      ScrubFindings findings,
      long bytesPerSecond) {
    this.core = core;
    this.slots = slots;
    this.rows = rows;
    this.findings = findings;
    this.bytesPerSecond = bytesPerSecond;
  }

  void stop() {
    stopped = true;
  }

  /** Begins a pass. */
  void run() {
    List<VolumeMap> maps = new ArrayList<>();
    core.state().volumes().forEach(volume -> maps.add(volume.map()));
    int[] counted = slots.counts();
    count(core.state().space.beginRecount(maps, counted.length), counted);
  }

  private void count(Recount recount, int[] counted) {
    if (stopped) {
      return;
    }
    if (!recount.countSome(ENTRIES_AT_A_TIME)) {
      core.soon(() -> count(recount, counted));
      return;
    }
    core.state().space.endRecount();
    for (int slot = 0; slot < counted.length; slot++) {
      if (recount.count(slot) > counted[slot]) {
        findings.inconsistent(
            "%d blocks refer to slot %d, which counts %d"
                .formatted(recount.count(slot), slot, counted[slot]));
      }
    }
    nextRows(Table.VOLUME, 0);
  }

  private void nextRows(Table table, long fromId) {
    if (stopped) {
      return;
    }
    rows.check(
        table,
        fromId,
        seen -> {
          if (seen.nextId() >= 0) {
            later(seen.bytes(), () -> nextRows(table, seen.nextId()));
          } else {
            afterTable(table);
          }
        });
  }

  private void afterTable(Table table) {
    switch (table) {
      case VOLUME -> nextRows(Table.ROOT, 0);
      case ROOT -> nextRows(Table.PAGE, 0);
      case PAGE, META -> rows.checkJournal(() -> nextSlot(0));
    }
  }

  private void nextSlot(int from) {
    if (stopped) {
      return;
    }
    int slot = slots.nextUsed(from);
    if (slot < 0) {
      findings.passed();
      core.loop().schedule(this::again, REST_SECONDS, TimeUnit.SECONDS);
      return;
    }
    ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer(Entry.CHUNK_BYTES);
    InFlight.Epoch epoch = core.inFlight().enter();
    core.segments()
        .read(
            Entry.slotAddress(slot),
            0,
            bytes,
            0,
            Entry.CHUNK_BYTES,
            ok -> {
              bytes.release();
              core.inFlight().leave(epoch);
              if (!ok) {
                findings.unreadable("slot " + slot);
              }
              findings.slotRead();
              later(Entry.CHUNK_BYTES, () -> nextSlot(slot + 1));
            });
  }

  private void again() {
    if (!stopped) {
      run();
    }
  }

  /** Goes on when so many bytes have had their time. */
  private void later(long bytes, Runnable action) {
    core.loop()
        .schedule(
            action, TimeUnit.SECONDS.toNanos(1) * bytes / bytesPerSecond, TimeUnit.NANOSECONDS);
  }
}
