package io.virga.blockstore.scsi;

import io.netty.buffer.ByteBuf;

/** What a command came to. */
public sealed interface Result {

  Result GOOD = new Done(Status.GOOD);
  Result CONFLICT = new Done(Status.RESERVATION_CONFLICT);

  /** A status alone. */
  record Done(Status status) implements Result {}

  /**
   * GOOD, with bytes for the Data-In buffer, from the task's allocator; the receiver's.
   *
   * @param wantedBytes how many there would be if the transport had had room for all
   */
  record Data(ByteBuf bytes, long wantedBytes) implements Result {}

  /**
   * CHECK CONDITION.
   *
   * @param descriptor whether the sense data is to be in descriptor format
   */
  record Check(Sense sense, boolean descriptor) implements Result {}
}
