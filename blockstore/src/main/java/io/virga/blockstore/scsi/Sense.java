package io.virga.blockstore.scsi;

import io.netty.buffer.ByteBuf;

/**
 * Why a command failed (SPC-4 §4.5).
 *
 * @param key the sense key
 * @param code additional sense code and, in the low byte, its qualifier
 * @param information what the key's INFORMATION field says, or {@link #NO_INFORMATION}
 */
public record Sense(int key, int code, long information) {

  static final long NO_INFORMATION = -1;

  static final Sense NONE = of(0x0, 0x0000);
  static final Sense NOT_READY = of(0x2, 0x0400);
  static final Sense STOPPED = of(0x2, 0x0402);
  static final Sense SANITIZING = of(0x2, 0x041b);
  static final Sense SANITIZE_FAILED = of(0x3, 0x3103);
  static final Sense MEDIUM_WRITE_ERROR = of(0x3, 0x0c00);
  static final Sense UNRECOVERED_READ_ERROR = of(0x3, 0x1100);
  static final Sense INTERNAL_FAILURE = of(0x4, 0x4400);
  static final Sense PARAMETER_LIST_LENGTH = of(0x5, 0x1a00);
  static final Sense INVALID_OPERATION_CODE = of(0x5, 0x2000);
  static final Sense OUT_OF_RANGE = of(0x5, 0x2100);
  static final Sense INVALID_FIELD_IN_CDB = of(0x5, 0x2400);
  static final Sense UNIT_NOT_SUPPORTED = of(0x5, 0x2500);
  static final Sense INVALID_FIELD_IN_PARAMETERS = of(0x5, 0x2600);
  static final Sense INVALID_RELEASE = of(0x5, 0x2604);
  static final Sense TOO_MANY_TARGET_DESCRIPTORS = of(0x5, 0x2606);
  static final Sense UNSUPPORTED_TARGET_DESCRIPTOR = of(0x5, 0x2607);
  static final Sense TOO_MANY_SEGMENT_DESCRIPTORS = of(0x5, 0x2608);
  static final Sense UNSUPPORTED_SEGMENT_DESCRIPTOR = of(0x5, 0x2609);
  static final Sense INVALID_INFORMATION_UNIT = of(0x5, 0x0e03);
  static final Sense SAVING_NOT_SUPPORTED = of(0x5, 0x3900);
  static final Sense INSUFFICIENT_RESOURCES = of(0x5, 0x5504);
  static final Sense COPY_TARGET_UNREACHABLE = of(0xa, 0x0d02);
  static final Sense POWER_ON = of(0x6, 0x2900);
  static final Sense BUS_RESET = of(0x6, 0x2902);
  static final Sense DEVICE_RESET = of(0x6, 0x2903);
  static final Sense MODE_PARAMETERS_CHANGED = of(0x6, 0x2a01);
  static final Sense RESERVATIONS_PREEMPTED = of(0x6, 0x2a03);
  static final Sense RESERVATIONS_RELEASED = of(0x6, 0x2a04);
  static final Sense REGISTRATIONS_PREEMPTED = of(0x6, 0x2a05);
  static final Sense CAPACITY_CHANGED = of(0x6, 0x2a09);
  static final Sense COMMANDS_CLEARED = of(0x6, 0x2f00);
  static final Sense WRITE_PROTECTED = of(0x7, 0x2700);
  static final Sense SPACE_ALLOCATION_FAILED = of(0x7, 0x2707);

  /** Data that came out of its sequence. */
  public static final Sense DATA_PHASE_ERROR = of(0xb, 0x4b00);

  static final Sense MISCOMPARE = of(0xe, 0x1d00);

  private static final int FIXED_BYTES = 18;
  private static final int DESCRIPTOR_HEADER_BYTES = 8;

  private static Sense of(int key, int code) {
    return new Sense(key, code, NO_INFORMATION);
  }

  Sense at(long where) {
    return new Sense(key, code, where);
  }

  /** Appends it, in descriptor format or in fixed. */
  public void encode(boolean descriptor, ByteBuf out) {
    if (descriptor) {
      encodeDescriptor(out);
    } else {
      encodeFixed(out);
    }
  }

  private void encodeFixed(ByteBuf out) {
    boolean fits = information >= 0 && information <= 0xffffffffL;
    out.writeByte(0x70 | (fits ? 0x80 : 0)).writeByte(0).writeByte(key);
    out.writeInt(fits ? (int) information : 0).writeByte(FIXED_BYTES - 8).writeInt(0);
    out.writeShort(code).writeZero(4);
  }

  private void encodeDescriptor(ByteBuf out) {
    boolean informed = information >= 0;
    out.writeByte(0x72).writeByte(key).writeShort(code).writeZero(3);
    out.writeByte(informed ? 20 - DESCRIPTOR_HEADER_BYTES : 0);
    if (informed) {
      out.writeByte(0).writeByte(10).writeByte(0x80).writeByte(0).writeLong(information);
    }
  }
}
