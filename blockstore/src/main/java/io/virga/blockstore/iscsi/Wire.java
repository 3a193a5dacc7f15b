package io.virga.blockstore.iscsi;

/** Numbers of the protocol, under the names that RFC 7143 §11 gives them. */
final class Wire {

  static final int NOP_OUT = 0x00;
  static final int SCSI_COMMAND = 0x01;
  static final int TASK_MANAGEMENT = 0x02;
  static final int LOGIN = 0x03;
  static final int TEXT = 0x04;
  static final int DATA_OUT = 0x05;
  static final int LOGOUT = 0x06;

  static final int NOP_IN = 0x20;
  static final int SCSI_RESPONSE = 0x21;
  static final int TASK_MANAGEMENT_RESPONSE = 0x22;
  static final int LOGIN_RESPONSE = 0x23;
  static final int TEXT_RESPONSE = 0x24;
  static final int DATA_IN = 0x25;
  static final int LOGOUT_RESPONSE = 0x26;
  static final int READY_TO_TRANSFER = 0x31;
  static final int REJECT = 0x3f;

  static final int OPCODE_MASK = 0x3f;
  static final int IMMEDIATE = 0x40;
  static final int FINAL = 0x80;
  static final int CONTINUE = 0x40;
  static final int READ = 0x40;
  static final int WRITE = 0x20;
  static final int STATUS_FOLLOWS = 0x01;
  static final int OVERFLOW = 0x04;
  static final int UNDERFLOW = 0x02;
  static final int NO_TAG = 0xffffffff;

  static final int STAGE_SECURITY = 0;
  static final int STAGE_OPERATIONAL = 1;
  static final int STAGE_FULL_FEATURE = 3;

  static final int REJECT_PROTOCOL_ERROR = 0x04;
  static final int REJECT_NOT_SUPPORTED = 0x05;
  static final int REJECT_IMMEDIATE = 0x06;

  static final int ABORT_TASK = 1;
  static final int ABORT_TASK_SET = 2;
  static final int CLEAR_TASK_SET = 4;
  static final int LOGICAL_UNIT_RESET = 5;
  static final int TARGET_WARM_RESET = 6;
  static final int TARGET_COLD_RESET = 7;
  static final int TASK_REASSIGN = 8;

  static final int FUNCTION_COMPLETE = 0;
  static final int NO_TASK = 1;
  static final int NO_UNIT = 2;
  static final int REASSIGN_NOT_SUPPORTED = 4;
  static final int FUNCTION_NOT_SUPPORTED = 5;
  static final int FUNCTION_REJECTED = 255;

  /** The group of the one portal. */
  static final int PORTAL_GROUP = 1;

  private Wire() {}
}
