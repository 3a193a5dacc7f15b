package io.virga.blockstore.scsi;

/** How a command ended (SAM-5 §5.3.1). */
public enum Status {
  GOOD(0),
  CHECK_CONDITION(2),
  CONDITION_MET(4),
  BUSY(8),
  RESERVATION_CONFLICT(0x18),
  TASK_SET_FULL(0x28),
  TASK_ABORTED(0x40);

  private final int code;

  Status(int code) {
    this.code = code;
  }

  /** The byte on the wire. */
  public int code() {
    return code;
  }
}
