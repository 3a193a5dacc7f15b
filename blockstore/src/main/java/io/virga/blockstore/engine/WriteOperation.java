package io.virga.blockstore.engine;

import io.netty.buffer.ByteBuf;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.extent.Entry;
import io.virga.blockstore.journal.JournalRecord;

/**
 * One write. What the volume's head owns is overwritten in place: one I/O, no metadata. A chunk
 * that has nothing gets a slot of zeros, mapped at once. All else moves: the new blocks are written
 * to free space and mapped when they are there, so that no read sees what was in that space before.
 */
final class WriteOperation {

  private static final long CHUNK_MASK = Entry.CHUNK_BYTES - 1;
  private static final long BLOCK_MASK = Entry.BLOCK_BYTES - 1;

  private final Volume volume;
  private final PoolCore core;
  private final ByteBuf source;
  private final int start;
  private final long offset;
  private final Completion completion;
  private Outcome outcome = Outcome.OK;
  private int pending = 1;

  private WriteOperation(Volume volume, long offset, ByteBuf source, Completion completion) {
    this.volume = volume;
    this.core = volume.core();
    this.source = source;
    this.start = source.readerIndex();
    this.offset = offset;
    this.completion = completion;
  }

  /** Writes the readable bytes of the source. */
  static void start(Volume volume, long offset, ByteBuf source, Completion completion) {
    WriteOperation write = new WriteOperation(volume, offset, source, completion);
    write.range(offset, offset + source.readableBytes());
    write.end(Outcome.OK);
  }

  private void range(long first, long to) {
    VolumeState state = volume.state();
    long from = first;
    while (from < to) {
      long block = from >>> Entry.BLOCK_SHIFT;
      long entry = state.map().entry(block);
      long runEnd = Math.min(to, (block + state.map().runLength(block)) << Entry.BLOCK_SHIFT);
      boolean owned =
          Entry.kind(entry) == Entry.MAPPED && Entry.generation(entry) == state.generation;
      if (owned) {
        inPlace(Entry.address(entry), from, runEnd);
        from = runEnd;
      } else if (Entry.kind(entry) == Entry.UNREAD) {
        unread(from, runEnd);
        from = runEnd;
      } else {
        long chunkEnd = Math.min(to, (from | CHUNK_MASK) + 1);
        boolean wholeChunk = chunkEnd - from == Entry.CHUNK_BYTES;
        long end = wholeChunk ? chunkEnd : runEnd;
        notOwned(entry, from, end, wholeChunk);
        from = end;
      }
    }
  }

  private void unread(long from, long to) {
    pending++;
    core.pages()
        .read(
            volume.state().map().unread(from >>> Entry.BLOCK_SHIFT, 1).orElseThrow(),
            result -> {
              outcome = outcome.and(result);
              resume(from, to);
            });
  }

  private void notOwned(long entry, long from, long to, boolean wholeChunk) {
    VolumeState state = volume.state();
    long block = from >>> Entry.BLOCK_SHIFT;
    int count = blocks(from, to);
    if (volume.busy().await(block, count, () -> resume(from, to))) {
      pending++;
      return;
    }
    if (wholeChunk) {
      moveChunk(from, to);
    } else if (Entry.kind(entry) == Entry.MAPPED && state.map().isExclusive(block)) {
      adopt(entry, block, count);
      inPlace(Entry.address(entry), from, to);
    } else if (isEmptyChunk(entry, block) && fillChunk(block)) {
      inPlace(Entry.address(state.map().entry(block)), from, to);
    } else {
      moveBlocks(from, to);
    }
  }

  /** Nobody else has the blocks any more: they are of this generation from now on. */
  private void adopt(long entry, long block, int count) {
    VolumeState state = volume.state();
    boolean whole = state.map().isWhole(block);
    long first = whole ? block & -Entry.CHUNK_BLOCKS : block;
    int blocks = whole ? Entry.CHUNK_BLOCKS : count;
    long address = Entry.address(entry) - (block - first);
    core.supply().retain(Entry.slot(entry), blocks);
    map(first, blocks, address);
  }

  private boolean isEmptyChunk(long entry, long block) {
    VolumeState state = volume.state();
    boolean nothing = entry == Entry.UNSET || Entry.kind(entry) == Entry.ZERO;
    long chunkStart = block & -Entry.CHUNK_BLOCKS;
    boolean inherits = entry == Entry.UNSET && chunkStart < core.state().inheritedBlocks(state);
    return nothing && !inherits && state.map().isWhole(block);
  }

  private boolean fillChunk(long block) {
    int slot = core.supply().takeCleanChunk();
    if (slot < 0) {
      return false;
    }
    map(block & -Entry.CHUNK_BLOCKS, Entry.CHUNK_BLOCKS, Entry.slotAddress(slot));
    return true;
  }

  private void moveChunk(long from, long to) {
    int slot = core.supply().takeAny(Entry.CHUNK_BLOCKS);
    if (slot < 0) {
      awaitSpace(from, to);
      return;
    }
    move(new PackedCursor.Space(Entry.slotAddress(slot), Entry.CHUNK_BLOCKS), from, to);
  }

  /** Within one chunk. */
  private void moveBlocks(long first, long to) {
    long from = first;
    int home = volume.state().map().home(from >>> Entry.BLOCK_SHIFT);
    if (home >= 0) {
      moveHome(home, from, to);
      return;
    }
    while (from < to) {
      PackedCursor.Space space = volume.packed().take(blocks(from, to));
      if (space.blocks() == 0) {
        awaitSpace(from, to);
        return;
      }
      long block = from >>> Entry.BLOCK_SHIFT;
      long end = Math.min(to, (block + space.blocks()) << Entry.BLOCK_SHIFT);
      move(space, from, end);
      from = end;
    }
  }

  /** To where the chunk's other blocks are: a trim has left a hole there. */
  private void moveHome(int slot, long from, long to) {
    long block = from >>> Entry.BLOCK_SHIFT;
    int count = blocks(from, to);
    core.supply().retain(slot, count);
    long address = Entry.slotAddress(slot) + (block & (Entry.CHUNK_BLOCKS - 1));
    move(new PackedCursor.Space(address, count), from, to);
  }

  private void awaitSpace(long from, long to) {
    pending++;
    boolean coming = !core.committer().isBroken() && core.supply().await(() -> resume(from, to));
    if (!coming) {
      end(Outcome.NO_SPACE);
    }
  }

  private void move(PackedCursor.Space space, long from, long to) {
    pending++;
    long block = from >>> Entry.BLOCK_SHIFT;
    volume.busy().begin(block, space.blocks());
    boolean aligned = ((from | to) & BLOCK_MASK) == 0;
    if (aligned) {
      writeMoved(space, block, source, index(from));
      return;
    }
    ByteBuf merged =
        volume
            .allocator()
            .directBuffer(space.blocks() * Entry.BLOCK_BYTES, space.blocks() * Entry.BLOCK_BYTES);
    ReadOperation.start(
        core,
        volume.state(),
        block << Entry.BLOCK_SHIFT,
        merged,
        read -> {
          if (read == Outcome.OK) {
            int at = (int) (from & BLOCK_MASK);
            merged.setBytes(at, source, index(from), (int) (to - from));
            writeMoved(space, block, merged, 0);
          } else {
            moved(space, block, read);
          }
          merged.release();
        });
  }

  private void writeMoved(PackedCursor.Space space, long block, ByteBuf bytes, int index) {
    bytes.retain();
    InFlight.Epoch epoch = core.inFlight().enter();
    core.segments()
        .write(
            space.address(),
            0,
            bytes,
            index,
            space.blocks() * Entry.BLOCK_BYTES,
            ok -> {
              bytes.release();
              moved(space, block, ok ? Outcome.OK : Outcome.IO_ERROR);
              core.inFlight().leave(epoch);
            });
  }

  private void moved(PackedCursor.Space space, long block, Outcome result) {
    if (result == Outcome.OK) {
      map(block, space.blocks(), space.address());
    } else {
      core.supply().giveBack(slotOf(space), space.blocks());
    }
    volume.busy().end(block, space.blocks());
    end(result);
  }

  private static int slotOf(PackedCursor.Space space) {
    return (int) (space.address() >>> Entry.CHUNK_BLOCK_SHIFT);
  }

  private void map(long firstBlock, int count, long address) {
    VolumeState state = volume.state();
    core.committer()
        .log(
            new JournalRecord.MapRun(
                state.id, firstBlock, count, Entry.mapped(address, state.generation)));
  }

  private void inPlace(long address, long from, long to) {
    pending++;
    InFlight.Epoch epoch = core.inFlight().enter();
    core.segments()
        .write(
            address,
            (int) (from & BLOCK_MASK),
            source,
            index(from),
            (int) (to - from),
            ok -> {
              core.inFlight().leave(epoch);
              end(ok ? Outcome.OK : Outcome.IO_ERROR);
            });
  }

  private void resume(long from, long to) {
    if (outcome == Outcome.OK) {
      range(from, to);
    }
    end(Outcome.OK);
  }

  private int index(long position) {
    return start + (int) (position - offset);
  }

  private static int blocks(long from, long to) {
    return (int) (((to + BLOCK_MASK) >>> Entry.BLOCK_SHIFT) - (from >>> Entry.BLOCK_SHIFT));
  }

  private void end(Outcome part) {
    outcome = outcome.and(part);
    pending--;
    if (pending == 0) {
      completion.done(outcome);
    }
  }
}
