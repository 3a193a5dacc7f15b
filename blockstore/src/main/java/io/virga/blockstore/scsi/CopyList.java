package io.virga.blockstore.scsi;

import io.netty.buffer.ByteBuf;
import io.virga.blockstore.scsi.Command.Extent;
import io.virga.blockstore.scsi.Operation.Access;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The parameter list of EXTENDED COPY (LID1) (SPC-4 §6.4): targets by identification descriptors,
 * and segments from block to block.
 *
 * @param keep whether the result is to be kept for RECEIVE COPY RESULTS
 */
record CopyList(int id, boolean keep, List<Segment> segments) {

  static final int MAXIMUM_TARGETS = 4;
  static final int MAXIMUM_SEGMENTS = 16;
  static final int MAXIMUM_LIST_BYTES = 540;
  static final int IDENTIFICATION = 0xe4;
  static final int BLOCK_TO_BLOCK = 0x02;

  private static final int HEADER_BYTES = 16;
  private static final int TARGET_BYTES = 32;
  private static final int SEGMENT_BYTES = 28;

  /** A piece that is to be copied. */
  record Segment(CopyUnit source, Extent from, CopyUnit destination, long toLba) {}

  /** A list that was read, or why it was not. */
  record Parsed(Sense sense, CopyList list) {

    static Parsed refused(Sense sense) {
      return new Parsed(sense, new CopyList(0, false, List.of()));
    }
  }

  /**
   * Reads a list.
   *
   * @param own the unit that was given it
   * @param others what else it may name
   */
  static Parsed parse(ByteBuf in, CopyUnit own, CopyUnit.Reach others) {
    int at = in.readerIndex();
    int length = in.readableBytes();
    if (length < HEADER_BYTES) {
      return Parsed.refused(Sense.PARAMETER_LIST_LENGTH);
    }
    int usage = in.getByte(at + 1) >> 3 & 3;
    int targetBytes = in.getUnsignedShort(at + 2);
    long segmentBytes = in.getUnsignedInt(at + 8);
    long inlineBytes = in.getUnsignedInt(at + 12);
    long listBytes = targetBytes + segmentBytes + inlineBytes;
    if (listBytes > length - HEADER_BYTES || listBytes > MAXIMUM_LIST_BYTES) {
      return Parsed.refused(Sense.PARAMETER_LIST_LENGTH);
    }
    int targets = at + HEADER_BYTES;
    int segments = targets + targetBytes;
    int end = segments + (int) segmentBytes;
    List<Optional<CopyUnit>> reachable = new ArrayList<>();
    CopyUnit.Reach all =
        which -> which.test(own.unit().identity()) ? Optional.of(own) : others.find(which);
    Sense refused = readTargets(in, targets, segments, all, reachable);
    List<Segment> read = new ArrayList<>();
    if (refused.key() == 0) {
      refused = readSegments(in.slice(segments, end - segments), own, reachable, read);
    }
    if (refused.key() != 0) {
      return Parsed.refused(refused);
    }
    boolean keep = usage == 0 || usage == 1;
    return new Parsed(Sense.NONE, new CopyList(in.getUnsignedByte(at), keep, read));
  }

  private static Sense readTargets(
      ByteBuf in, int from, int end, CopyUnit.Reach all, List<Optional<CopyUnit>> reachable) {
    if ((end - from) / TARGET_BYTES > MAXIMUM_TARGETS) {
      return Sense.TOO_MANY_TARGET_DESCRIPTORS;
    }
    for (int at = from; at < end; at += TARGET_BYTES) {
      if (in.getUnsignedByte(at) != IDENTIFICATION) {
        return Sense.UNSUPPORTED_TARGET_DESCRIPTOR;
      }
      if (end - at < TARGET_BYTES) {
        return Sense.PARAMETER_LIST_LENGTH;
      }
      boolean isNull = (in.getByte(at + 1) & 0x20) != 0;
      int descriptor = at;
      reachable.add(
          isNull ? Optional.empty() : all.find(identity -> names(in, descriptor, identity)));
    }
    return Sense.NONE;
  }

  private static boolean names(ByteBuf in, int at, UnitIdentity identity) {
    int type = in.getByte(at + 5) & 15;
    int length = Math.min(20, in.getUnsignedByte(at + 7));
    if (type == 3) {
      return length == Long.BYTES && in.getLong(at + 8) == identity.locallyAssignedName();
    }
    String name = in.toString(at + 8, length, StandardCharsets.US_ASCII);
    return type == 1 && name.equals(UnitIdentity.VENDOR + identity.serial());
  }

  private static Sense readSegments(
      ByteBuf in, CopyUnit own, List<Optional<CopyUnit>> reachable, List<Segment> into) {
    if (in.readableBytes() / SEGMENT_BYTES > MAXIMUM_SEGMENTS) {
      return Sense.TOO_MANY_SEGMENT_DESCRIPTORS;
    }
    for (int at = 0; at < in.readableBytes(); at += SEGMENT_BYTES) {
      if (in.getUnsignedByte(at) != BLOCK_TO_BLOCK) {
        return Sense.UNSUPPORTED_SEGMENT_DESCRIPTOR;
      }
      if (in.readableBytes() - at < SEGMENT_BYTES) {
        return Sense.PARAMETER_LIST_LENGTH;
      }
      Optional<CopyUnit> source = unit(reachable, in.getUnsignedShort(at + 4), own, Access.READ);
      Optional<CopyUnit> destination =
          unit(reachable, in.getUnsignedShort(at + 6), own, Access.WRITE);
      Extent from = new Extent(in.getLong(at + 12), in.getUnsignedShort(at + 10));
      Extent to = new Extent(in.getLong(at + 20), from.blocks());
      if (source.isEmpty()
          || destination.isEmpty()
          || !UnitLimits.isInside(from, source.get().device().sizeBytes())
          || !UnitLimits.isInside(to, destination.get().device().sizeBytes())) {
        return Sense.COPY_TARGET_UNREACHABLE;
      }
      into.add(new Segment(source.get(), from, destination.get(), to.lba()));
    }
    return Sense.NONE;
  }

  /** The unit of a descriptor, if it may be used so now; the own one has admitted the command. */
  private static Optional<CopyUnit> unit(
      List<Optional<CopyUnit>> reachable, int index, CopyUnit own, Access access) {
    return index < reachable.size()
        ? reachable.get(index).filter(unit -> unit == own || unit.allows(access))
        : Optional.empty();
  }
}
