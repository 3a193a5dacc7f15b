package io.virga.blockstore.scsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * EXTENDED COPY and RECEIVE COPY RESULTS (SPC-4 §6.4, §6.20): within the unit, and with others that
 * whoever asks could open himself. Whole blocks of one pool are shared, all else is copied.
 */
final class CopyCommands {

  private static final int MAXIMUM_KEPT = 64;
  private static final int SEGMENT_BYTES = 0xffff * Command.BLOCK_BYTES;

  private final LogicalUnit unit;
  private final Consumer<MediumCommands.Ending> endings;
  private final Map<ListName, Integer> kept = new LinkedHashMap<>();

  CopyCommands(LogicalUnit unit, Consumer<MediumCommands.Ending> endings) {
    this.unit = unit;
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
    Nexus nexus = task.nexus();
    CopyList.Parsed parsed =
        CopyList.parse(bytes, new CopyUnit(unit, nexus.name(), nexus.device()), nexus.reach());
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
        sense -> {
          if (sense.key() == 0) {
            segment(task, list, index + 1);
          } else {
            endings.accept(new MediumCommands.Ending(task, sense));
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

  /** The units are asked again before each piece whether they allow it. */
  private void copySegment(Task task, CopyList.Segment segment, Consumer<Sense> then) {
    List<CopyGuest> guests = CopyGuest.enter(segment, unit);
    BooleanSupplier allowed = () -> guests.stream().allMatch(CopyGuest::mayGoOn);
    long from = segment.from().offset();
    long to = segment.toLba() << Command.BLOCK_SHIFT;
    long bytes = segment.from().bytes();
    RangeLocks locks = segment.destination().unit().locks();
    locks.take(
        to,
        to + bytes,
        false,
        lease ->
            new SegmentCopy(
                    segment.source().device(),
                    segment.destination().device(),
                    () -> task.isAborted() || !allowed.getAsBoolean())
                .run(
                    from,
                    to,
                    bytes,
                    outcome -> {
                      locks.release(lease);
                      boolean reachable = allowed.getAsBoolean();
                      guests.forEach(CopyGuest::leave);
                      then.accept(
                          reachable ? Replies.sense(outcome, true) : Sense.COPY_TARGET_UNREACHABLE);
                    }));
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
