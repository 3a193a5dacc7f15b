package io.virga.blockstore.scsi;

/** What a unit has under way and can abort. Everything on the device's loop. */
public interface Abortable {

  /** It will be aborted together with others: nothing that waits begins any more. */
  void willAbort();

  /** Ends it without an answer, and leaves the unit as soon as nothing is under way for it. */
  void abort();
}
