package io.virga.blockstore.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.virga.blockstore.device.BlockDevice;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.extent.Entry;
import io.virga.blockstore.extent.MapPage;
import io.virga.blockstore.journal.JournalRecord;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A volume, a snapshot or an image of a pool, as a device. Owned by the pool's loop.
 *
 * <p>Changes: flowing → (a snapshot or a drain is asked for) those that come wait behind it until
 * those before it have ended → flowing, or held until an extent is copied → flowing, or → deleted.
 * What came first always runs first.
 */
final class Volume implements BlockDevice {

  private static final ByteBuf ZEROS =
      Unpooled.unreleasableBuffer(
          Unpooled.directBuffer(Entry.CHUNK_BYTES).writeZero(Entry.CHUNK_BYTES));
  private static final long BLOCKS_AT_A_TIME = 1 << 16;
  private static final long BLOCK_MASK = Entry.BLOCK_BYTES - 1;

  private final PoolCore core;
  private final VolumeState state;
  private final BusyBlocks busy = new BusyBlocks();
  private final PackedCursor packed;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private int activeChanges;
  private boolean resuming;
  private boolean held;
  private boolean deleted;

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
    change(durable, completion, done -> WriteOperation.start(this, offset, source, done));
  }

  /** Runs a change when it may; what asks for the volume alone waits until it has ended. */
  private void change(boolean durable, Completion completion, Consumer<Completion> operation) {
    Completion last = durable ? thenFlush(completion) : completion;
    Runnable start =
        () -> {
          if (deleted) {
            completion.done(Outcome.SHUT_DOWN);
            return;
          }
          activeChanges++;
          operation.accept(
              outcome -> {
                activeChanges--;
                last.done(core.committer().isBroken() ? Outcome.IO_ERROR : outcome);
                resume();
              });
        };
    if (waiting.isEmpty() && !held) {
      start.run();
    } else {
      waiting.add(new Waiting(false, start));
    }
  }

  private Completion thenFlush(Completion completion) {
    return ifOk(completion, () -> flush(completion));
  }

  @Override
  public void flush(Completion completion) {
    core.committer().flush(completion);
  }

  @Override
  public void trim(long offset, long length, boolean durable, Completion completion) {
    change(
        durable, completion, done -> zeroBlocks(up(offset), (offset + length) & ~BLOCK_MASK, done));
  }

  @Override
  public void writeZeroes(long offset, long length, ZeroOptions options, Completion completion) {
    long first = up(offset);
    long end = (offset + length) & ~BLOCK_MASK;
    if (options.fastOnly() && (options.keepSpace() || first >= end)) {
      completion.done(Outcome.NOT_SUPPORTED);
      return;
    }
    if (options.keepSpace() || first > end) {
      change(options.durable(), completion, done -> writeZeros(offset, offset + length, done));
      return;
    }
    change(
        options.durable(),
        completion,
        done -> {
          Completion thenTail = ifOk(done, () -> writeZeros(end, offset + length, done));
          zeroBlocks(first, end, ifOk(done, () -> writeZeros(offset, first, thenTail)));
        });
  }

  private static Completion ifOk(Completion completion, Runnable next) {
    return outcome -> {
      if (outcome == Outcome.OK) {
        next.run();
      } else {
        completion.done(outcome);
      }
    };
  }

  /** Part of one change: writes zeros, chunk after chunk. */
  private void writeZeros(long from, long to, Completion completion) {
    if (from == to) {
      completion.done(Outcome.OK);
      return;
    }
    int here = (int) Math.min(to - from, Entry.CHUNK_BYTES - (from & (Entry.CHUNK_BYTES - 1)));
    WriteOperation.start(
        this,
        from,
        ZEROS.slice(0, here),
        ifOk(completion, () -> writeZeros(from + here, to, completion)));
  }

  /** Blocks that are being moved come first: what they bring would else lie over the zeros. */
  private void zeroBlocks(long from, long to, Completion completion) {
    long block = from >>> Entry.BLOCK_SHIFT;
    long left = Math.max(0, to - from) >>> Entry.BLOCK_SHIFT;
    long count = Math.min(left, BLOCKS_AT_A_TIME);
    if (busy.await(block, count, () -> zeroBlocks(from, to, completion))) {
      return;
    }
    Optional<MapPage> unread = state.map().unread(block, count);
    if (unread.isPresent()) {
      core.pages().read(unread.get(), ifOk(completion, () -> zeroBlocks(from, to, completion)));
      return;
    }
    if (count > 0) {
      core.committer().log(new JournalRecord.ZeroRun(state.id, block, count, state.generation));
    }
    if (count < left) {
      core.soon(() -> zeroBlocks(from + (count << Entry.BLOCK_SHIFT), to, completion));
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
          Math.min(state.sizeBytes, (block + state.map().runLength(block)) << Entry.BLOCK_SHIFT);
      long entry = state.map().entry(block);
      VolumeState base = core.state().volume(state.baseId);
      if (entry == Entry.UNSET && base != null && from < base.sizeBytes) {
        end = Math.min(end, base.sizeBytes);
        end = Math.min(end, (block + base.map().runLength(block)) << Entry.BLOCK_SHIFT);
        boolean there = !base.imageKnown || isData(base.map().entry(block));
        go = visitor.visit(end - from, there, !there);
      } else {
        boolean there = isData(entry);
        go = visitor.visit(end - from, there, !there);
      }
      from = end;
    }
  }

  @Override
  public List<String> snapshots(int maximum) {
    Lineage lineage = Lineage.of(core.state(), state);
    return core.state().volumes().stream()
        .filter(lineage::hasSnapshot)
        .limit(maximum)
        .map(snapshot -> snapshot.name)
        .sorted()
        .toList();
  }

  @Override
  public boolean hasSnapshot(String name) {
    return snapshot(name).isPresent();
  }

  private Optional<VolumeState> snapshot(String name) {
    return core.state()
        .find(VolumeKind.SNAPSHOT, name)
        .filter(found -> Lineage.of(core.state(), state).hasSnapshot(found));
  }

  @Override
  public boolean describeChanges(String snapshot, long offset, long length, ChangeVisitor visitor) {
    Optional<VolumeState> found = snapshot(snapshot);
    found.ifPresent(from -> describeChanges(from, offset, offset + length, visitor));
    return found.isPresent();
  }

  /** What is behind the end of the snapshot is no part of it, and differs. */
  private void describeChanges(VolumeState from, long start, long end, ChangeVisitor visitor) {
    long at = start;
    boolean go = true;
    while (go && at < Math.min(end, from.sizeBytes)) {
      long block = at >>> Entry.BLOCK_SHIFT;
      long runEnd = (block + state.map().runWith(from.map(), block)) << Entry.BLOCK_SHIFT;
      long next = Math.min(runEnd, Math.min(from.sizeBytes, state.sizeBytes));
      go = visitor.visit(next - at, state.map().differs(from.map(), block));
      at = next;
    }
    if (go && at < end) {
      visitor.visit(end - at, true);
    }
  }

  /** What nobody knows yet may be data. */
  private static boolean isData(long entry) {
    int kind = Entry.kind(entry);
    return kind == Entry.MAPPED || kind == Entry.REMOTE || kind == Entry.UNREAD;
  }

  /** Runs the action when all changes that came before have ended; those that come wait for it. */
  void exclusively(Runnable action) {
    waiting.add(new Waiting(true, action));
    resume();
  }

  /** Like {@link #exclusively}, until what the action is given is run. */
  void hold(Consumer<Runnable> action) {
    exclusively(
        () -> {
          held = true;
          action.accept(
              () -> {
                held = false;
                resume();
              });
        });
  }

  boolean isDeleted() {
    return deleted;
  }

  @Override
  public Optional<Extent> extent(long offset, long length) {
    return Optional.of(new ExtentCopy.Source(this, offset, length));
  }

  @Override
  public void take(Extent extent, long offset, BooleanSupplier mayGoOn, Completion completion) {
    ExtentCopy.of(extent, this, offset, mayGoOn)
        .ifPresentOrElse(
            copy -> copy.run(completion), () -> completion.done(Outcome.NOT_SUPPORTED));
  }

  /** The volume is deleted: what waits, and what comes, is refused. */
  void end() {
    deleted = true;
    packed.close();
  }

  private void resume() {
    if (resuming) {
      return;
    }
    resuming = true;
    try {
      while (!held && !waiting.isEmpty() && (activeChanges == 0 || !waiting.getFirst().alone)) {
        waiting.removeFirst().action.run();
      }
    } finally {
      resuming = false;
    }
  }

  private static long up(long offset) {
    return (offset + BLOCK_MASK) & ~BLOCK_MASK;
  }

  /** What cannot begin yet; what runs alone, when nothing else is under way. */
  private record Waiting(boolean alone, Runnable action) {}
}
