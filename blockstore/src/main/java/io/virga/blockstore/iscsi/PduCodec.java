package io.virga.blockstore.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.blockstore.iscsi.InitiatorPdu.Order;

/** PDUs of initiators; pure functions. */
final class PduCodec {

  private static final int WORD_BYTES = 4;
  private static final int CDB_AT = 32;
  private static final int CDB_BYTES = 16;

  private PduCodec() {}

  /** One PDU, with its additional header segments (which nothing here needs) and its data. */
  static Decoded decode(ByteBuf in, Framing framing) {
    int at = in.readerIndex();
    int readable = in.readableBytes();
    if (readable < Framing.HEADER_BYTES) {
      return new Decoded.NeedMore(Framing.HEADER_BYTES);
    }
    int dataBytes = in.getUnsignedMedium(at + 5);
    if (dataBytes > framing.maximumDataBytes()) {
      return new Decoded.Malformed("a data segment of " + dataBytes + " bytes");
    }
    int headers = Framing.HEADER_BYTES + in.getUnsignedByte(at + 4) * WORD_BYTES;
    int head = headers + (framing.headerDigest() ? Framing.DIGEST_BYTES : 0);
    int padded = Framing.padded(dataBytes);
    boolean digested = framing.dataDigest() && dataBytes > 0;
    int total = head + padded + (digested ? Framing.DIGEST_BYTES : 0);
    boolean headIsThere = readable >= head;
    if (headIsThere && framing.headerDigest() && !Digest.matches(in, at, headers)) {
      return new Decoded.Malformed("a header that does not match its digest");
    }
    if (readable < total) {
      return new Decoded.NeedMore(total);
    }
    if (digested && !Digest.matches(in, at + head, padded)) {
      return new Decoded.Malformed("data that does not match its digest");
    }
    ByteBuf data = dataBytes == 0 ? Unpooled.EMPTY_BUFFER : in.retainedSlice(at + head, dataBytes);
    InitiatorPdu pdu = read(in, at, data);
    in.skipBytes(total);
    return new Decoded.Complete(pdu);
  }

  private static InitiatorPdu read(ByteBuf in, int at, ByteBuf data) {
    int opcode = in.getByte(at) & Wire.OPCODE_MASK;
    int flags = in.getUnsignedByte(at + 1);
    long lun = in.getLong(at + 8);
    int tag = in.getInt(at + 16);
    Order order =
        new Order((in.getByte(at) & Wire.IMMEDIATE) != 0, in.getInt(at + 24), in.getInt(at + 28));
    return switch (opcode) {
      case Wire.NOP_OUT -> new InitiatorPdu.NopOut(order, lun, tag, in.getInt(at + 20), data);
      case Wire.SCSI_COMMAND -> {
        byte[] cdb = new byte[CDB_BYTES];
        in.getBytes(at + CDB_AT, cdb);
        yield new InitiatorPdu.ScsiCommand(order, flags, lun, tag, in.getInt(at + 20), cdb, data);
      }
      case Wire.TASK_MANAGEMENT ->
          new InitiatorPdu.TaskManagement(
              order, flags & 0x7f, lun, tag, in.getInt(at + 20), in.getInt(at + 32), data);
      case Wire.LOGIN ->
          new InitiatorPdu.Login(
              new InitiatorPdu.Stage(
                  (flags & Wire.FINAL) != 0,
                  (flags & Wire.CONTINUE) != 0,
                  flags >> 2 & 3,
                  flags & 3,
                  in.getUnsignedByte(at + 3)),
              lun >>> 16,
              (int) lun & 0xffff,
              tag,
              in.getUnsignedShort(at + 20),
              order,
              data);
      case Wire.TEXT -> new InitiatorPdu.Text(order, flags, lun, tag, in.getInt(at + 20), data);
      case Wire.DATA_OUT ->
          new InitiatorPdu.DataOut(
              (flags & Wire.FINAL) != 0,
              tag,
              in.getInt(at + 20),
              in.getInt(at + 36),
              in.getInt(at + 40),
              data);
      case Wire.LOGOUT ->
          new InitiatorPdu.Logout(order, flags & 0x7f, tag, in.getUnsignedShort(at + 20), data);
      default -> {
        byte[] header = new byte[Framing.HEADER_BYTES];
        in.getBytes(at, header);
        yield new InitiatorPdu.Other(opcode, tag, header, data);
      }
    };
  }
}
