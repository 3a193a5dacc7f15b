package io.virga.blockstore.engine;

import io.netty.buffer.ByteBuf;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.extent.Entry;
import org.jspecify.annotations.Nullable;

/**
 * One read: walks the runs of its range and fills the buffer from slots, with zeros, or from the
 * volume's image, at once or when a chunk has been fetched.
 */
final class ReadOperation {

  private final PoolCore core;
  private final ByteBuf destination;
  private final int start;
  private final long offset;
  private final int length;
  private final Completion completion;
  private Outcome outcome = Outcome.OK;
  private int pending = 1;

  private ReadOperation(PoolCore core, long offset, ByteBuf destination, Completion completion) {
    this.core = core;
    this.destination = destination;
    this.start = destination.writerIndex();
    this.length = destination.writableBytes();
    this.offset = offset;
    this.completion = completion;
  }

  /** Fills the writable bytes of the destination. */
  static void start(
      PoolCore core, VolumeState volume, long offset, ByteBuf destination, Completion completion) {
    ReadOperation read = new ReadOperation(core, offset, destination, completion);
    read.range(volume, offset, offset + read.length);
    read.end(Outcome.OK);
  }

  private void range(VolumeState volume, long first, long to) {
    long from = first;
    while (from < to) {
      long block = from >>> Entry.BLOCK_SHIFT;
      long entry = volume.map().entry(block);
      long runEnd = Math.min(to, (block + volume.map().runLength(block)) << Entry.BLOCK_SHIFT);
      switch (Entry.kind(entry)) {
        case Entry.MAPPED -> submit(Entry.address(entry), from, runEnd);
        case Entry.UNREAD -> unread(volume, from, runEnd);
        case Entry.REMOTE -> remote(volume, from, runEnd);
        case Entry.ZERO -> zeros(from, runEnd);
        default -> runEnd = unset(volume, from, runEnd);
      }
      from = runEnd;
    }
  }

  private void submit(long address, long from, long to) {
    pending++;
    InFlight.Epoch epoch = core.inFlight().enter();
    core.segments()
        .read(
            address,
            (int) (from & (Entry.BLOCK_BYTES - 1)),
            destination,
            index(from),
            (int) (to - from),
            ok -> {
              core.inFlight().leave(epoch);
              end(ok ? Outcome.OK : Outcome.IO_ERROR);
            });
  }

  private long unset(VolumeState volume, long from, long to) {
    @Nullable VolumeState base = core.state().volume(volume.baseId);
    if (base == null || from >= base.sizeBytes) {
      zeros(from, to);
      return to;
    }
    long end = Math.min(to, base.sizeBytes);
    if (base.imageKnown) {
      range(base, from, end);
    } else {
      pending++;
      core.images().whenKnown(base, result -> again(result, base, from, end));
    }
    return end;
  }

  private void unread(VolumeState volume, long from, long to) {
    pending++;
    core.pages()
        .read(
            volume.map().unread(from >>> Entry.BLOCK_SHIFT, 1).orElseThrow(),
            result -> again(result, volume, from, to));
  }

  private void remote(VolumeState image, long from, long to) {
    pending++;
    core.images()
        .fetch(image, from >>> Entry.CHUNK_SHIFT, result -> again(result, image, from, to));
  }

  private void again(Outcome result, VolumeState volume, long from, long to) {
    if (result == Outcome.OK) {
      range(volume, from, to);
    }
    end(result);
  }

  private void zeros(long from, long to) {
    destination.setZero(index(from), (int) (to - from));
  }

  private int index(long position) {
    return start + (int) (position - offset);
  }

  private void end(Outcome part) {
    outcome = outcome.and(part);
    pending--;
    if (pending == 0) {
      destination.writerIndex(start + length);
      completion.done(outcome);
    }
  }
}
