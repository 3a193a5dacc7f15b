package io.virga.blockstore.scsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.virga.blockstore.device.BlockDevice;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.scsi.Command.Extent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** UNMAP, WRITE SAME, GET LBA STATUS and SANITIZE (SBC-3 §5). */
final class ProvisioningCommands {

  private static final BlockDevice.ZeroOptions THIN =
      new BlockDevice.ZeroOptions(false, false, false);
  private static final BlockDevice.ZeroOptions THICK =
      new BlockDevice.ZeroOptions(false, true, false);
  private static final BlockDevice.ZeroOptions THIN_DURABLE =
      new BlockDevice.ZeroOptions(true, false, false);
  private static final ByteBufAllocator ALLOCATOR = PooledByteBufAllocator.DEFAULT;
  private static final byte[] ZEROS = new byte[Command.BLOCK_BYTES];
  private static final int UNMAP_HEADER_BYTES = 8;
  private static final int UNMAP_DESCRIPTOR_BYTES = 16;
  private static final int MAXIMUM_STATUS_RUNS = 1024;

  private final RangeLocks locks;
  private final Consumer<MediumCommands.Ending> endings;

  ProvisioningCommands(RangeLocks locks, Consumer<MediumCommands.Ending> endings) {
    this.locks = locks;
    this.endings = endings;
  }

  private void fail(Task task, Sense sense) {
    endings.accept(new MediumCommands.Ending(task, sense));
  }

  private void end(Task task, Outcome outcome) {
    if (outcome == Outcome.OK) {
      task.done(Result.GOOD);
    } else {
      fail(task, Replies.sense(outcome, true));
    }
  }

  void unmap(Task task, int length) {
    if (length == 0) {
      task.done(Result.GOOD);
      return;
    }
    if (length < UNMAP_HEADER_BYTES) {
      fail(task, Sense.PARAMETER_LIST_LENGTH);
      return;
    }
    ByteBuf list = task.dataOut().joined(0, length, ALLOCATOR);
    List<Extent> extents = new ArrayList<>();
    Sense refused = readUnmap(list, task.nexus().device().sizeBytes(), extents);
    list.release();
    if (refused.key() != 0) {
      fail(task, refused);
    } else {
      unmapFrom(task, extents, 0);
    }
  }

  private static Sense readUnmap(ByteBuf list, long deviceBytes, List<Extent> extents) {
    int at = list.readerIndex();
    int bytes = Math.min(list.getUnsignedShort(at + 2), list.readableBytes() - UNMAP_HEADER_BYTES);
    int count = bytes / UNMAP_DESCRIPTOR_BYTES;
    if (count > UnitLimits.UNMAP_DESCRIPTORS) {
      return Sense.INVALID_FIELD_IN_PARAMETERS;
    }
    long total = 0;
    for (int i = 0; i < count; i++) {
      int descriptor = at + UNMAP_HEADER_BYTES + i * UNMAP_DESCRIPTOR_BYTES;
      Extent extent =
          new Extent(list.getLong(descriptor), list.getUnsignedInt(descriptor + Long.BYTES));
      if (!UnitLimits.isInside(extent, deviceBytes)) {
        return Sense.OUT_OF_RANGE;
      }
      total += extent.blocks();
      extents.add(extent);
    }
    return total > UnitLimits.UNMAP_BLOCKS ? Sense.INVALID_FIELD_IN_PARAMETERS : Sense.NONE;
  }

  /** One after another; there are few, so that devices that complete at once may nest. */
  private void unmapFrom(Task task, List<Extent> extents, int index) {
    if (index == extents.size() || task.isAborted()) {
      task.done(Result.GOOD);
      return;
    }
    zero(
        task,
        extents.get(index),
        THIN,
        outcome -> {
          if (outcome == Outcome.OK) {
            unmapFrom(task, extents, index + 1);
          } else {
            end(task, outcome);
          }
        });
  }

  private void zero(
      Task task, Extent extent, BlockDevice.ZeroOptions options, Completion completion) {
    long from = extent.offset();
    locks.take(
        from,
        from + extent.bytes(),
        false,
        lease ->
            task.nexus()
                .device()
                .writeZeroes(
                    from,
                    extent.bytes(),
                    options,
                    outcome -> {
                      locks.release(lease);
                      completion.done(outcome);
                    }));
  }

  /** Gives space back only where it is asked to: zeros that are written take theirs. */
  void writeSame(Task task, Command.WriteSame command) {
    Extent extent = command.untilEnd(task.nexus().device().sizeBytes());
    BlockDevice.ZeroOptions options = command.unmap() ? THIN : THICK;
    if (command.zeroes()) {
      zero(task, extent, options, outcome -> end(task, outcome));
      return;
    }
    ByteBuf block = task.dataOut().joined(0, Command.BLOCK_BYTES, ALLOCATOR);
    if (isZero(block)) {
      block.release();
      zero(task, extent, options, outcome -> end(task, outcome));
    } else {
      fill(task, extent, task::isAborted, block, outcome -> end(task, outcome));
    }
  }

  private static boolean isZero(ByteBuf block) {
    ByteBuffer bytes = block.nioBuffer(block.readerIndex(), Command.BLOCK_BYTES);
    return bytes.equals(ByteBuffer.wrap(ZEROS));
  }

  /** Writes the pattern, which it takes over, all over the extent. */
  private void fill(
      Task task, Extent extent, BooleanSupplier stops, ByteBuf pattern, Completion completion) {
    int length = Chunks.longestPiece(extent.bytes());
    ByteBuf piece = ALLOCATOR.directBuffer(length, length);
    while (piece.isWritable()) {
      int count = Math.min(pattern.readableBytes(), piece.writableBytes());
      piece.writeBytes(pattern, pattern.readerIndex(), count);
    }
    pattern.release();
    long from = extent.offset();
    long end = from + extent.bytes();
    locks.take(
        from,
        end,
        false,
        lease ->
            Chunks.run(
                from,
                end,
                stops,
                (offset, bytes, done) ->
                    task.nexus().device().write(offset, piece.slice(0, bytes), false, done),
                outcome -> {
                  piece.release();
                  locks.release(lease);
                  completion.done(outcome);
                }));
  }

  void lbaStatus(Task task, Command.GetLbaStatus command) {
    BlockDevice device = task.nexus().device();
    long from = command.lba() << Command.BLOCK_SHIFT;
    long blocks = (device.sizeBytes() - from) >>> Command.BLOCK_SHIFT;
    int runs = (int) Math.min(MAXIMUM_STATUS_RUNS, Math.max(0, (command.allocation() - 8) / 16));
    LbaRuns found = new LbaRuns(command.lba(), blocks, Math.max(1, runs));
    device.describe(from, blocks << Command.BLOCK_SHIFT, found);
    task.done(Replies.data(task, found.encode(task), command.allocation()));
  }

  /** Everything becomes zeros, or the pattern; it goes on if the task is aborted. */
  void sanitize(Task task, Command.Sanitize command, Completion completion) {
    BlockDevice device = task.nexus().device();
    Extent all = new Extent(0, device.sizeBytes() >>> Command.BLOCK_SHIFT);
    Completion thenFlush =
        outcome -> {
          if (outcome == Outcome.OK) {
            device.flush(completion);
          } else {
            completion.done(outcome);
          }
        };
    if (command.action() == Command.Sanitize.OVERWRITE) {
      int patternBytes = command.length() - 4;
      fill(task, all, () -> false, task.dataOut().joined(4, patternBytes, ALLOCATOR), thenFlush);
    } else {
      device.writeZeroes(0, all.bytes(), THIN_DURABLE, completion);
    }
  }
}
