package io.virga.blockstore.scsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.virga.blockstore.device.BlockDevice;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Copies one segment: the blocks of 4 KiB within it are shared where they lie alike in source and
 * destination and the devices can do that, all else is read and written.
 */
final class SegmentCopy {

  private static final long SHARED_MASK = 4095;

  private final BlockDevice source;
  private final BlockDevice destination;
  private final BooleanSupplier stops;

  SegmentCopy(BlockDevice source, BlockDevice destination, BooleanSupplier stops) {
    this.source = source;
    this.destination = destination;
    this.stops = stops;
  }

  void run(long from, long to, long bytes, Completion completion) {
    long first = (from + SHARED_MASK) & ~SHARED_MASK;
    long end = (from + bytes) & ~SHARED_MASK;
    boolean alike = ((from ^ to) & SHARED_MASK) == 0;
    if (!alike || first >= end) {
      copy(from, to, bytes, completion);
      return;
    }
    long head = first - from;
    long middle = end - first;
    Completion thenTail =
        ifOk(completion, () -> copy(end, to + head + middle, from + bytes - end, completion));
    copy(from, to, head, ifOk(completion, () -> share(first, to + head, middle, thenTail)));
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

  private void share(long from, long to, long bytes, Completion completion) {
    Optional<BlockDevice.Extent> extent = source.extent(from, bytes);
    if (extent.isEmpty()) {
      copy(from, to, bytes, completion);
      return;
    }
    destination.take(
        extent.get(),
        to,
        () -> !stops.getAsBoolean() && source.extent(from, bytes).isPresent(),
        outcome -> {
          if (outcome == Outcome.NOT_SUPPORTED) {
            copy(from, to, bytes, completion);
          } else {
            completion.done(outcome);
          }
        });
  }

  private void copy(long from, long to, long bytes, Completion completion) {
    Chunks.run(
        from,
        from + bytes,
        stops,
        (offset, length, done) -> copyPiece(offset, to + offset - from, length, done),
        completion);
  }

  private void copyPiece(long from, long to, int length, Completion completion) {
    ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer(length, length);
    source.read(
        from,
        bytes,
        read -> {
          Outcome outcome = read == Outcome.OK && stops.getAsBoolean() ? Outcome.SHUT_DOWN : read;
          if (outcome != Outcome.OK) {
            bytes.release();
            completion.done(outcome);
            return;
          }
          destination.write(
              to,
              bytes,
              false,
              written -> {
                bytes.release();
                completion.done(written);
              });
        });
  }
}
