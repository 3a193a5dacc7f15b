package io.virga.blockstore.scsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.virga.blockstore.device.BlockDevice;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** EXTENDED COPY and RECEIVE COPY RESULTS within the unit (SPC-4 §6.4, §6.20). */
final class CopyCommands {

  private static final int MAXIMUM_KEPT = 64;
  private static final int SEGMENT_BYTES = 0xffff * Command.BLOCK_BYTES;

  private final UnitIdentity identity;
  private final RangeLocks locks;
  private final Consumer<MediumCommands.Ending> endings;
  private final Map<ListName, Integer> kept = new LinkedHashMap<>();

  CopyCommands(UnitIdentity identity, RangeLocks locks, Consumer<MediumCommands.Ending> endings) {
    this.identity = identity;
    this.locks = locks;
    this.endings = endings;
  }

  private record ListName(NexusName nexus, int id) {}

  void copy(Task task, Command.ExtendedCopy command) {
    if (command.length() == 0) {
      task.done(Result.GOOD);
      return;
    }
    ByteBuf bytes =
        task.dataOut().joined(0, (int) command.length(), PooledByteBufAllocator.DEFAULT);
    CopyList.Parsed parsed = CopyList.parse(bytes, identity, task.nexus().device().sizeBytes());
    bytes.release();
    if (parsed.sense().key() != 0) {
      endings.accept(new MediumCommands.Ending(task, parsed.sense()));
    } else {
      segment(task, parsed.list(), 0);
    }
  }

  /** One segment after another; there are few. */
  private void segment(Task task, CopyList list, int index) {
    if (task.isAborted()) {
      task.done(Result.GOOD);
      return;
    }
    if (index == list.segments().size()) {
      keep(task, list);
      task.done(Result.GOOD);
      return;
    }
    copySegment(
        task,
        list.segments().get(index),
        outcome -> {
          if (outcome == Outcome.OK) {
            segment(task, list, index + 1);
          } else {
            endings.accept(new MediumCommands.Ending(task, Replies.sense(outcome, true)));
          }
        });
  }

  private void keep(Task task, CopyList list) {
    if (list.keep()) {
      kept.put(new ListName(task.nexus().name(), list.id()), list.segments().size());
      if (kept.size() > MAXIMUM_KEPT) {
        kept.remove(kept.keySet().iterator().next());
      }
    }
  }

  private void copySegment(Task task, CopyList.Segment segment, Completion completion) {
    BlockDevice device = task.nexus().device();
    long from = segment.from().offset();
    long to = segment.toLba() << Command.BLOCK_SHIFT;
    locks.take(
        to,
        to + segment.from().bytes(),
        false,
        lease ->
            Chunks.run(
                from,
                from + segment.from().bytes(),
                task::isAborted,
                (offset, length, done) ->
                    copyPiece(device, offset, to + offset - from, length, done),
                outcome -> {
                  locks.release(lease);
                  completion.done(outcome);
                }));
  }

  private static void copyPiece(
      BlockDevice device, long from, long to, int length, Completion completion) {
    ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer(length, length);
    device.read(
        from,
        bytes,
        read -> {
          if (read != Outcome.OK) {
            bytes.release();
            completion.done(read);
            return;
          }
          device.write(
              to,
              bytes,
              false,
              written -> {
                bytes.release();
                completion.done(written);
              });
        });
  }

  /** The status of a copy that has ended, once; empty if none is known by the name. */
  Optional<Integer> takeStatus(NexusName nexus, int list) {
    return Optional.ofNullable(kept.remove(new ListName(nexus, list)));
  }

  static void status(int segments, ByteBuf out) {
    out.writeInt(8).writeByte(1).writeShort(segments).writeByte(0).writeInt(0);
  }

  static void operatingParameters(ByteBuf out) {
    int start = out.writerIndex();
    out.writeInt(0).writeByte(0).writeZero(3);
    out.writeShort(CopyList.MAXIMUM_TARGETS).writeShort(CopyList.MAXIMUM_SEGMENTS);
    out.writeInt(CopyList.MAXIMUM_LIST_BYTES).writeInt(SEGMENT_BYTES);
    out.writeInt(0).writeInt(0).writeInt(0).writeShort(0);
    out.writeShort(1).writeByte(1).writeByte(Command.BLOCK_SHIFT).writeShort(0).writeZero(3);
    out.writeByte(2).writeByte(CopyList.BLOCK_TO_BLOCK).writeByte(CopyList.IDENTIFICATION);
    out.setInt(start, out.writerIndex() - start - 4);
  }
}
