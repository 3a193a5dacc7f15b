package io.virga.blockstore.scsi;

import io.netty.buffer.ByteBuf;

/** Answers for LUNs at which there is nothing (SPC-4 §6.6, SAM-5 §4.7.4). */
public final class MissingUnit {

  private static final int NOTHING_HERE = 0x7f;
  private static final int MINIMUM_BYTES = 64;

  private MissingUnit() {}

  /** What the command comes to. */
  public static Result answer(Task task, byte[] bytes) {
    Cdb cdb = new Cdb(bytes);
    return switch (cdb.opcode()) {
      case 0x12 -> {
        ByteBuf out = task.allocateDataIn(MINIMUM_BYTES * 2);
        InquiryPages.standard(NOTHING_HERE, out);
        yield cdb.bit(1, 1) ? refuse(out) : Replies.data(task, out, cdb.u16(3));
      }
      case 0xa0 -> {
        ByteBuf out = task.allocateDataIn(MINIMUM_BYTES);
        UnitReports.luns(cdb.u8(2), out);
        yield Replies.data(task, out, cdb.u32(6));
      }
      case 0x03 -> {
        ByteBuf out = task.allocateDataIn(MINIMUM_BYTES);
        Sense.UNIT_NOT_SUPPORTED.encode(cdb.bit(1, 1), out);
        yield Replies.data(task, out, cdb.u8(4));
      }
      default -> new Result.Check(Sense.UNIT_NOT_SUPPORTED, false);
    };
  }

  private static Result refuse(ByteBuf out) {
    out.release();
    return new Result.Check(Sense.UNIT_NOT_SUPPORTED, false);
  }
}
