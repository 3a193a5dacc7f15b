package io.virga.blockstore.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.virga.blockstore.device.BlockDevice;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.extent.Entry;
import io.virga.blockstore.journal.JournalRecord;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A volume, a snapshot or an image of a pool, as a device. Owned by the pool's loop.
 *
 * <p>Writes: flowing → (a snapshot is asked for) held until those in flight have ended → flowing.
 */
final class Volume implements BlockDevice {

  private static final ByteBuf ZEROS =
      Unpooled.unreleasableBuffer(
          Unpooled.directBuffer(Entry.CHUNK_BYTES).writeZero(Entry.CHUNK_BYTES));
  private static final long BLOCK_MASK = Entry.BLOCK_BYTES - 1;

  private final PoolCore core;
  private final VolumeState state;
  private final BusyBlocks busy = new BusyBlocks();
  private final PackedCursor packed;
  private final Deque<Runnable> held = new ArrayDeque<>();
  private final Deque<Runnable> exclusive = new ArrayDeque<>();
  private int activeWrites;

  Volume(PoolCore core, VolumeState state) {
    this.core = core;
    this.state = state;
    this.packed = new PackedCursor(core.supply());
  }

  PoolCore core() {
    return core;
  }

  VolumeState state() {
    return state;
  }

  BusyBlocks busy() {
    return busy;
  }

  PackedCursor packed() {
    return packed;
  }

  ByteBufAllocator allocator() {
    return PooledByteBufAllocator.DEFAULT;
  }

  @Override
  public long sizeBytes() {
    return state.sizeBytes;
  }

  @Override
  public boolean readOnly() {
    return state.kind != VolumeKind.VOLUME;
  }

  @Override
  public void read(long offset, ByteBuf destination, Completion completion) {
    ReadOperation.start(core, state, offset, destination, completion);
  }

  @Override
  public void write(long offset, ByteBuf source, boolean durable, Completion completion) {
    Completion last = durable ? thenFlush(completion) : completion;
    whenFlowing(() -> startWrite(offset, source, last));
  }

  private void startWrite(long offset, ByteBuf source, Completion completion) {
    activeWrites++;
    WriteOperation.start(
        this,
        offset,
        source,
        outcome -> {
          activeWrites--;
          completion.done(core.committer().isBroken() ? Outcome.IO_ERROR : outcome);
          resume();
        });
  }

  private Completion thenFlush(Completion completion) {
    return outcome -> {
      if (outcome == Outcome.OK) {
        flush(completion);
      } else {
        completion.done(outcome);
      }
    };
  }

  @Override
  public void flush(Completion completion) {
    core.committer().flush(completion);
  }

  @Override
  public void trim(long offset, long length, boolean durable, Completion completion) {
    whenFlowing(
        () -> {
          zeroBlocks(up(offset), (offset + length) & ~BLOCK_MASK);
          finish(durable, completion);
        });
  }

  @Override
  public void writeZeroes(long offset, long length, ZeroOptions options, Completion completion) {
    Completion last = options.durable() ? thenFlush(completion) : completion;
    if (options.keepSpace()) {
      if (options.fastOnly()) {
        completion.done(Outcome.NOT_SUPPORTED);
      } else {
        writeZeros(offset, offset + length, last);
      }
      return;
    }
    long first = up(offset);
    long end = (offset + length) & ~BLOCK_MASK;
    if (first > end) {
      writeZeros(offset, offset + length, last);
      return;
    }
    Completion thenTail =
        outcome -> {
          if (outcome == Outcome.OK) {
            writeZeros(end, offset + length, last);
          } else {
            completion.done(outcome);
          }
        };
    whenFlowing(
        () -> {
          zeroBlocks(first, end);
          writeZeros(offset, first, thenTail);
        });
  }

  private void writeZeros(long from, long to, Completion completion) {
    if (from == to) {
      completion.done(Outcome.OK);
      return;
    }
    int here = (int) Math.min(to - from, Entry.CHUNK_BYTES - (from & (Entry.CHUNK_BYTES - 1)));
    write(
        from,
        ZEROS.slice(0, here),
        false,
        outcome -> {
          if (outcome == Outcome.OK) {
            writeZeros(from + here, to, completion);
          } else {
            completion.done(outcome);
          }
        });
  }

  private void zeroBlocks(long from, long to) {
    if (from < to) {
      core.committer()
          .log(
              new JournalRecord.ZeroRun(
                  state.id,
                  from >>> Entry.BLOCK_SHIFT,
                  (to - from) >>> Entry.BLOCK_SHIFT,
                  state.generation));
    }
  }

  private void finish(boolean durable, Completion completion) {
    if (durable) {
      flush(completion);
    } else {
      completion.done(Outcome.OK);
    }
  }

  @Override
  public void prefetch(long offset, long length, Completion completion) {
    core.images().prefetch(state, offset, offset + length);
    completion.done(Outcome.OK);
  }

  @Override
  public void describe(long offset, long length, RunVisitor visitor) {
    long from = offset;
    boolean go = true;
    while (go && from < offset + length) {
      long block = from >>> Entry.BLOCK_SHIFT;
      long end =
          Math.min(state.sizeBytes, (block + state.map.runLength(block)) << Entry.BLOCK_SHIFT);
      long entry = state.map.entry(block);
      VolumeState base = core.state().volume(state.baseId);
      if (entry == Entry.UNSET && base != null && from < base.sizeBytes) {
        end = Math.min(end, base.sizeBytes);
        end = Math.min(end, (block + base.map.runLength(block)) << Entry.BLOCK_SHIFT);
        boolean there = !base.imageKnown || isData(base.map.entry(block));
        go = visitor.visit(end - from, there, !there);
      } else {
        boolean there = isData(entry);
        go = visitor.visit(end - from, there, !there);
      }
      from = end;
    }
  }

  private static boolean isData(long entry) {
    return Entry.kind(entry) == Entry.MAPPED || Entry.kind(entry) == Entry.REMOTE;
  }

  /** Runs the action when no write is in flight; writes that come meanwhile wait behind it. */
  void exclusively(Runnable action) {
    exclusive.add(action);
    resume();
  }

  private void whenFlowing(Runnable write) {
    if (exclusive.isEmpty()) {
      write.run();
    } else {
      held.add(write);
    }
  }

  private void resume() {
    while (activeWrites == 0 && !exclusive.isEmpty()) {
      exclusive.removeFirst().run();
    }
    while (exclusive.isEmpty() && !held.isEmpty()) {
      held.removeFirst().run();
    }
  }

  private static long up(long offset) {
    return (offset + BLOCK_MASK) & ~BLOCK_MASK;
  }
}
