package io.virga.blockstore.scsi;

import io.netty.buffer.ByteBuf;

/** A command in flight, as its transport holds it. Everything on the device's loop. */
public interface Task extends Abortable {

  /** Whose it is. */
  Nexus nexus();

  /** What came for it; of use once the command runs. */
  DataOut dataOut();

  /** How many bytes of Data-Out the initiator has announced. */
  long announcedBytes();

  /** No more than so many bytes go to the initiator. */
  int dataInLimitBytes();

  /**
   * A buffer for Data-In, whose writable bytes are the length; what lies before its reader index is
   * the transport's room.
   */
  ByteBuf allocateDataIn(int lengthBytes);

  /** The command has ended; called once. */
  void done(Result result);

  /** Whether nobody waits for it any more, but for its end. */
  boolean isAborted();
}
