package io.virga.blockstore.scsi;

import io.netty.buffer.ByteBuf;

/** The mode pages (SPC-4 §7.5, SBC-3 §6.5): caching, control, informational exceptions. */
final class ModePages {

  private static final int CONTROL = 0x0a;
  private static final int ALL = 0x3f;
  private static final int DESCRIPTOR_SENSE = 4;
  private static final int WRITE_PROTECT = 8;
  private static final int CHANGEABLE = 1;
  private static final int SAVED = 3;
  private static final byte[] CACHING = page(0x08, 0x12, 2, 4);
  private static final byte[] EXCEPTIONS = page(0x1c, 0x0a, 3, 0);
  private static final byte[] DEFAULT_CONTROL = page(CONTROL, 0x0a, 3, 0x10);
  private static final byte[] CHANGEABLE_CONTROL = page(CONTROL, 0x0a, 2, DESCRIPTOR_SENSE);

  static {
    CHANGEABLE_CONTROL[4] = WRITE_PROTECT;
  }

  private byte[] control = DEFAULT_CONTROL.clone();

  private static byte[] page(int code, int length, int at, int value) {
    byte[] page = new byte[2 + length];
    page[0] = (byte) code;
    page[1] = (byte) length;
    page[at] = (byte) value;
    return page;
  }

  /** Whether sense data is in descriptor format. */
  boolean descriptorSense() {
    return (control[2] & DESCRIPTOR_SENSE) != 0;
  }

  /** Whether the initiators have forbidden themselves to write. */
  boolean writeProtected() {
    return (control[4] & WRITE_PROTECT) != 0;
  }

  void reset() {
    control = DEFAULT_CONTROL.clone();
  }

  /** MODE SENSE; answers why not, or {@link Sense#NONE}. */
  Sense sense(Command.ModeSense command, boolean readOnly, ByteBuf out) {
    if (command.control() == SAVED) {
      return Sense.SAVING_NOT_SUPPORTED;
    }
    int start = out.writerIndex();
    int device = 0x10 | (readOnly || writeProtected() ? 0x80 : 0);
    if (command.ten()) {
      out.writeShort(0).writeByte(0).writeByte(device).writeInt(0);
    } else {
      out.writeByte(0).writeByte(0).writeByte(device).writeByte(0);
    }
    if (command.subpage() != 0 && command.subpage() != 0xff) {
      return Sense.INVALID_FIELD_IN_CDB;
    }
    int before = out.writerIndex();
    write(command, CACHING, new byte[0], out);
    write(command, control, CHANGEABLE_CONTROL, out);
    write(command, EXCEPTIONS, new byte[0], out);
    if (out.writerIndex() == before) {
      return Sense.INVALID_FIELD_IN_CDB;
    }
    int bytes = out.writerIndex() - start;
    if (command.ten()) {
      out.setShort(start, bytes - 2);
    } else {
      out.setByte(start, bytes - 1);
    }
    return Sense.NONE;
  }

  private static void write(Command.ModeSense command, byte[] page, byte[] mask, ByteBuf out) {
    if (command.page() != ALL && command.page() != page[0]) {
      return;
    }
    switch (command.control()) {
      case CHANGEABLE -> {
        out.writeByte(page[0]).writeByte(page[1]);
        for (int i = 2; i < page.length; i++) {
          out.writeByte(i < mask.length ? mask[i] : 0);
        }
      }
      case 2 -> out.writeBytes(page[0] == CONTROL ? DEFAULT_CONTROL : page);
      default -> out.writeBytes(page);
    }
  }

  /** MODE SELECT: takes all pages of the list or none. */
  Sense select(Command.ModeSelect command, ByteBuf list) {
    if (!command.pageFormat() || command.save()) {
      return Sense.INVALID_FIELD_IN_CDB;
    }
    int header = command.ten() ? 8 : 4;
    int start = list.readerIndex();
    int end = list.writerIndex();
    if (end - start < header) {
      return end == start ? Sense.NONE : Sense.PARAMETER_LIST_LENGTH;
    }
    int descriptors =
        command.ten() ? list.getUnsignedShort(start + 6) : list.getUnsignedByte(start + 3);
    byte[] next = control;
    int at = start + header + descriptors;
    while (at < end) {
      if (end - at < 2 || end - at < 2 + list.getUnsignedByte(at + 1)) {
        return Sense.PARAMETER_LIST_LENGTH;
      }
      byte[] page = new byte[2 + list.getUnsignedByte(at + 1)];
      list.getBytes(at, page);
      page[0] &= 0x3f;
      if (!isAllowed(page)) {
        return Sense.INVALID_FIELD_IN_PARAMETERS;
      }
      next = page[0] == CONTROL ? page : next;
      at += page.length;
    }
    control = next;
    return Sense.NONE;
  }

  private boolean isAllowed(byte[] page) {
    return switch (page[0]) {
      case 0x08 -> same(page, CACHING, new byte[0]);
      case 0x1c -> same(page, EXCEPTIONS, new byte[0]);
      case CONTROL -> same(page, control, CHANGEABLE_CONTROL);
      default -> false;
    };
  }

  private static boolean same(byte[] page, byte[] current, byte[] mask) {
    if (page.length != current.length || page[1] != current[1]) {
      return false;
    }
    for (int i = 2; i < page.length; i++) {
      int fixed = i < mask.length ? ~mask[i] : 0xff;
      if (((page[i] ^ current[i]) & fixed & 0xff) != 0) {
        return false;
      }
    }
    return true;
  }
}
