package io.virga.blockstore.scsi;

import java.util.HexFormat;

/**
 * A kind of command.
 *
 * @param serviceAction or {@link #NO_ACTION}
 * @param usage the bits of each byte of its CDB that may be set, from the second byte on
 * @param access what it does to the medium, as far as reservations are concerned
 */
record Operation(int opcode, int serviceAction, byte[] usage, Access access, Decoder decoder) {

  static final int NO_ACTION = -1;

  /** What reservations make of a command (SPC-4 §5.13.1). */
  enum Access {
    /** Allowed whoever has reserved. */
    ANY,
    /** Reads the medium, or what belongs to whoever may read it. */
    READ,
    /** Changes the medium or the unit. */
    WRITE
  }

  /** Makes the command of its CDB. */
  @FunctionalInterface
  interface Decoder {
    Command decode(Cdb cdb);
  }

  static Operation of(int opcode, int action, String usage, Access access, Decoder decoder) {
    byte[] bits = HexFormat.of().parseHex(usage.replace(" ", ""));
    return new Operation(opcode, action, bits, access, decoder);
  }

  int lengthBytes() {
    return 1 + usage.length;
  }

  /** Whether no bit is set that means nothing here. */
  boolean allows(Cdb cdb) {
    for (int i = 0; i < usage.length; i++) {
      if ((cdb.u8(i + 1) & ~usage[i] & 0xff) != 0) {
        return false;
      }
    }
    return true;
  }
}
