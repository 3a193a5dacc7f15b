package io.virga.blockstore.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.EventExecutor;
import io.virga.blockstore.extent.Entry;
import io.virga.blockstore.storage.SegmentStore;
import io.virga.blockstore.storage.SlotTable;
import io.virga.blockstore.storage.StorageFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out slots, keeps some free ahead of need by growing segments up to the pool's limit, and
 * keeps some of the free ones zeroed. What is free beyond that goes back to the file system, some
 * of it at a time. A slot without space is written with zeros before it is handed out: it would
 * else cost whoever writes to it the allocation, or find the disk full. Owned by the pool's loop.
 */
final class SlotSupply implements SlotCounts {

  private static final Logger LOG = LoggerFactory.getLogger(SlotSupply.class);
  private static final int CLEAN_TARGET = 32;
  private static final int GIVEN_BACK_AT_A_TIME = 64;
  private static final ByteBuf ZEROS =
      Unpooled.unreleasableBuffer(
          Unpooled.directBuffer(Entry.CHUNK_BYTES).writeZero(Entry.CHUNK_BYTES));

  private final SlotTable table;
  private final SegmentStore segments;
  private final Reclaimer reclaimer;
  private final PoolOptions options;
  private final Executor background;
  private final EventExecutor loop;
  private List<Runnable> waiting = new ArrayList<>();
  private boolean growing;
  private boolean zeroing;
  private boolean givingBack;
  private boolean cannotGiveBack;
  private boolean waitingForSpace;
  private boolean diskFull;
  private boolean countsComing = true;
  private @Nullable Runnable ended;

  SlotSupply(
      SlotTable table,
      SegmentStore segments,
      Reclaimer reclaimer,
      PoolOptions options,
      Executor background,
      EventExecutor loop) {
    this.table = table;
    this.segments = segments;
    this.reclaimer = reclaimer;
    this.options = options;
    this.background = background;
    this.loop = loop;
  }

  /** A slot of zeros, with a whole chunk's references; or -1. */
  int takeCleanChunk() {
    int slot = table.takeClean();
    if (slot >= 0) {
      table.retain(slot, Entry.CHUNK_BLOCKS);
    }
    replenish();
    return slot;
  }

  /** A slot of anything, with so many references; or -1. */
  int takeAny(int references) {
    int slot = table.takeAny();
    if (slot >= 0) {
      table.retain(slot, references);
    }
    replenish();
    return slot;
  }

  void retain(int slot, int blocks) {
    table.retain(slot, blocks);
  }

  /** Gives back references that no record speaks of and no I/O uses. */
  void giveBack(int slot, int blocks) {
    table.drop(slot, blocks);
  }

  /** Runs the action when there may be space; answers false, and forgets it, if there will not. */
  boolean await(Runnable action) {
    if (table.readyCount() > 0) {
      loop.execute(action);
      return true;
    }
    replenish();
    if (growing || zeroing || countsComing) {
      waiting.add(action);
      return true;
    }
    if (!reclaimer.isSpaceComing()) {
      return false;
    }
    waiting.add(action);
    if (!waitingForSpace) {
      waitingForSpace = true;
      reclaimer.whenSpaceMayHaveCome(
          () -> {
            waitingForSpace = false;
            wake();
          });
    }
    return true;
  }

  /** It is known now which slots of before are free; or, if not all maps can be read, never. */
  void counted(boolean known) {
    countsComing = false;
    if (known) {
      table.endCounting();
      replenish();
    }
    wake();
  }

  /** Begins nothing more of its own, and runs the action when what it has begun has ended. */
  void stop(Runnable action) {
    ended = action;
    endIfIdle();
  }

  private void endIfIdle() {
    if (ended != null && !growing && !zeroing && !givingBack) {
      Runnable action = ended;
      ended = () -> {};
      action.run();
    }
  }

  @Override
  public Totals totals() {
    return totals(table);
  }

  /** MiB that were given back to the file system and not taken again since. */
  int givenBack() {
    return table.hollowCount();
  }

  static Totals totals(SlotTable table) {
    return new Totals(table.slotCount(), table.usedCount());
  }

  @Override
  public int[] counts() {
    return table.counts();
  }

  @Override
  public int nextUsed(int from) {
    for (int slot = from; slot < table.slotCount(); slot++) {
      if (table.count(slot) > 0) {
        return slot;
      }
    }
    return -1;
  }

  void replenish() {
    if (ended != null) {
      return;
    }
    boolean few = table.readyCount() < Math.max(1, options.growSlots() / 2);
    boolean allReady = table.readyCount() == table.freeCount();
    if (few && allReady && !growing && !diskFull) {
      int room = options.limitSlots() - table.slotCount();
      if (room > 0) {
        grow(Math.min(room, options.growSlots()));
      }
    }
    if (!zeroing && table.cleanCount() < cleanTarget()) {
      zeroDirty();
    }
    if (!zeroing && few && !diskFull) {
      zeroHollow();
    }
  }

  /** Not more than is kept. */
  private int cleanTarget() {
    return Math.clamp(options.growSlots() / 2, 1, CLEAN_TARGET);
  }

  /** Gives some of the space back that is free beyond what is soon to be needed. */
  void giveBack() {
    if (!givingBack && !cannotGiveBack && ended == null) {
      giveBack(GIVEN_BACK_AT_A_TIME);
    }
  }

  private void giveBack(int most) {
    int slot = most > 0 && ended == null ? table.takeSpare(options.growSlots()) : -1;
    givingBack = slot >= 0;
    if (!givingBack) {
      endIfIdle();
      return;
    }
    segments.punch(
        slot,
        ok -> {
          if (ok) {
            table.returnHollow(slot);
            giveBack(most - 1);
          } else {
            LOG.warn("free space is not given back to the file system: it cannot make holes");
            cannotGiveBack = true;
            givingBack = false;
            table.returnOfBefore(slot);
            endIfIdle();
          }
        });
  }

  private void grow(int slots) {
    growing = true;
    boolean needsSegment = segments.needsSegment();
    background.execute(
        () -> {
          try {
            segments.checkRoom(slots);
            Optional<StorageFile> file =
                needsSegment ? Optional.of(segments.openNext()) : Optional.empty();
            loop.execute(
                () -> {
                  file.ifPresent(segments::add);
                  growLast(slots);
                });
          } catch (IOException | RuntimeException e) {
            loop.execute(() -> growthFailed(e.toString()));
          }
        });
  }

  private void growLast(int slots) {
    int first = segments.slotCount();
    segments.grow(
        segments.growable(slots),
        ok -> {
          if (!ok) {
            growthFailed("writing zeros failed");
            return;
          }
          growing = false;
          table.addClean(first, segments.slotCount() - first);
          wake();
          endIfIdle();
        });
  }

  private void growthFailed(String reason) {
    LOG.error("the pool cannot grow beyond {} MiB: {}", table.slotCount(), reason);
    growing = false;
    diskFull = true;
    wake();
    endIfIdle();
  }

  /** The disk may have space again. */
  void tryAgain() {
    diskFull = false;
    replenish();
  }

  private void zeroDirty() {
    int slot = table.takeDirty();
    if (slot >= 0) {
      zeroing = true;
      zero(slot, () -> table.returnDirty(slot));
    }
  }

  /** Takes space from the file system again, which may have none. */
  private void zeroHollow() {
    int slot = table.takeHollow();
    if (slot < 0) {
      return;
    }
    zeroing = true;
    Runnable failed =
        () -> {
          diskFull = true;
          table.returnOfBefore(slot);
        };
    background.execute(
        () -> {
          try {
            segments.checkRoom(1);
            loop.execute(() -> zero(slot, failed));
          } catch (IOException | RuntimeException e) {
            LOG.error("the pool cannot take space again: {}", e.toString());
            loop.execute(() -> zeroed(false, slot, failed));
          }
        });
  }

  private void zero(int slot, Runnable failed) {
    segments.write(
        Entry.slotAddress(slot), 0, ZEROS, 0, Entry.CHUNK_BYTES, ok -> zeroed(ok, slot, failed));
  }

  private void zeroed(boolean ok, int slot, Runnable failed) {
    zeroing = false;
    if (ok) {
      table.returnClean(slot);
      replenish();
    } else {
      failed.run();
    }
    wake();
    endIfIdle();
  }

  private void wake() {
    List<Runnable> woken = waiting;
    waiting = new ArrayList<>();
    woken.forEach(Runnable::run);
  }
}
