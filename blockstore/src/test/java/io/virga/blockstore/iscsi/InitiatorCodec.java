package io.virga.blockstore.iscsi;

import io.netty.buffer.ByteBuf;

/** Writes what initiators send: the other half of {@link PduCodec}. */
final class InitiatorCodec {

  private InitiatorCodec() {}

  static void encode(InitiatorPdu pdu, Framing framing, ByteBuf out) {
    int at = out.writerIndex();
    ByteBuf data = pdu.data();
    int bytes = data.readableBytes();
    out.writeZero(Framing.HEADER_BYTES);
    out.setMedium(at + 5, bytes).setInt(at + 16, pdu.tag());
    switch (pdu) {
      case InitiatorPdu.NopOut p -> {
        order(out, at, Wire.NOP_OUT, p.order());
        out.setByte(at + 1, Wire.FINAL).setLong(at + 8, p.lun()).setInt(at + 20, p.transferTag());
      }
      case InitiatorPdu.ScsiCommand p -> {
        order(out, at, Wire.SCSI_COMMAND, p.order());
        out.setByte(at + 1, p.flags()).setLong(at + 8, p.lun()).setInt(at + 20, p.expectedBytes());
        out.setBytes(at + 32, p.cdb());
      }
      case InitiatorPdu.TaskManagement p -> {
        order(out, at, Wire.TASK_MANAGEMENT, p.order());
        out.setByte(at + 1, Wire.FINAL | p.function()).setLong(at + 8, p.lun());
        out.setInt(at + 20, p.referencedTag()).setInt(at + 32, p.referencedSn());
      }
      case InitiatorPdu.Login p -> {
        order(out, at, Wire.LOGIN, p.order());
        int flags = (p.stage().transit() ? Wire.FINAL : 0) | (p.stage().more() ? Wire.CONTINUE : 0);
        out.setByte(at + 1, flags | p.stage().current() << 2 | p.stage().next());
        out.setByte(at + 3, p.stage().minimumVersion());
        out.setLong(at + 8, p.isid() << 16 | p.tsih()).setShort(at + 20, p.connection());
      }
      case InitiatorPdu.Text p -> {
        order(out, at, Wire.TEXT, p.order());
        out.setByte(at + 1, p.flags()).setLong(at + 8, p.lun()).setInt(at + 20, p.transferTag());
      }
      case InitiatorPdu.DataOut p -> {
        out.setByte(at, Wire.DATA_OUT).setByte(at + 1, p.last() ? Wire.FINAL : 0);
        out.setInt(at + 20, p.transferTag()).setInt(at + 36, p.dataSn());
        out.setInt(at + 40, p.offset());
      }
      case InitiatorPdu.Logout p -> {
        order(out, at, Wire.LOGOUT, p.order());
        out.setByte(at + 1, Wire.FINAL | p.reason()).setShort(at + 20, p.connection());
      }
      case InitiatorPdu.Other p -> out.setBytes(at, p.header());
    }
    if (framing.headerDigest()) {
      out.writeIntLE(Digest.of(out, at, Framing.HEADER_BYTES));
    }
    int start = out.writerIndex();
    out.writeBytes(data, data.readerIndex(), bytes);
    DataInSender.finish(out, start, framing);
  }

  private static void order(ByteBuf out, int at, int opcode, InitiatorPdu.Order order) {
    out.setByte(at, opcode | (order.immediate() ? Wire.IMMEDIATE : 0));
    out.setInt(at + 24, order.commandSn()).setInt(at + 28, order.expectedStatSn());
  }
}
