package io.virga.blockstore.scsi;

import io.netty.buffer.ByteBuf;
import io.virga.blockstore.device.Outcome;

/** Results of common shapes. */
final class Replies {

  private Replies() {}

  /** Parameter data, cut to what the initiator has room for. */
  static Result data(Task task, ByteBuf out, long allocation) {
    long wanted = Math.min(out.readableBytes(), allocation);
    int sent = (int) Math.min(wanted, task.dataInLimitBytes());
    out.writerIndex(out.readerIndex() + sent);
    return new Result.Data(out, wanted);
  }

  /** What a device said, in sense data. */
  static Sense sense(Outcome outcome, boolean change) {
    return switch (outcome) {
      case OK -> Sense.NONE;
      case IO_ERROR -> change ? Sense.MEDIUM_WRITE_ERROR : Sense.UNRECOVERED_READ_ERROR;
      case NO_SPACE -> Sense.SPACE_ALLOCATION_FAILED;
      case NOT_PERMITTED -> Sense.WRITE_PROTECTED;
      case INVALID -> Sense.OUT_OF_RANGE;
      case NOT_SUPPORTED -> Sense.INTERNAL_FAILURE;
      case SHUT_DOWN -> Sense.NOT_READY;
    };
  }
}
