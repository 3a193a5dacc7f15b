package io.virga.blockstore.iscsi;

import io.netty.buffer.ByteBuf;

/**
 * What initiators send (RFC 7143 §11). Data is a retained slice of what came; whoever takes the PDU
 * releases it.
 */
sealed interface InitiatorPdu {

  /** The initiator task tag. */
  int tag();

  /** The data segment, without padding. */
  ByteBuf data();

  /** Where a PDU stands in the order of commands. */
  record Order(boolean immediate, int commandSn, int expectedStatSn) {}

  record NopOut(Order order, long lun, int tag, int transferTag, ByteBuf data)
      implements InitiatorPdu {}

  record ScsiCommand(
      Order order, int flags, long lun, int tag, int expectedBytes, byte[] cdb, ByteBuf data)
      implements InitiatorPdu {

    boolean isFinal() {
      return (flags & Wire.FINAL) != 0;
    }

    boolean reads() {
      return (flags & Wire.READ) != 0;
    }

    boolean writes() {
      return (flags & Wire.WRITE) != 0;
    }
  }

  record TaskManagement(
      Order order,
      int function,
      long lun,
      int tag,
      int referencedTag,
      int referencedSn,
      ByteBuf data)
      implements InitiatorPdu {}

  /** A login step; {@code isid} is the initiator's part of the session's identifier. */
  record Login(Stage stage, long isid, int tsih, int tag, int connection, Order order, ByteBuf data)
      implements InitiatorPdu {}

  /** Flags of a login step. */
  record Stage(boolean transit, boolean more, int current, int next, int minimumVersion) {}

  record Text(Order order, int flags, long lun, int tag, int transferTag, ByteBuf data)
      implements InitiatorPdu {

    boolean more() {
      return (flags & Wire.CONTINUE) != 0;
    }
  }

  record DataOut(boolean last, int tag, int transferTag, int dataSn, int offset, ByteBuf data)
      implements InitiatorPdu {}

  record Logout(Order order, int reason, int tag, int connection, ByteBuf data)
      implements InitiatorPdu {}

  /** Something that is not known or not supported; {@code header} is its 48 bytes. */
  record Other(int opcode, int tag, byte[] header, ByteBuf data) implements InitiatorPdu {}
}
