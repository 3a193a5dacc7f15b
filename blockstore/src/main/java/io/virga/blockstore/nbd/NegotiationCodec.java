package io.virga.blockstore.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/** The bytes of the handshake and of option haggling; pure functions. */
final class NegotiationCodec {

  private static final int OPTION_HEADER_BYTES = 16;
  private static final int TRAILING_ZEROS = 124;

  private NegotiationCodec() {}

  static void encodeGreeting(ByteBuf out) {
    out.writeLong(Wire.NBDMAGIC).writeLong(Wire.IHAVEOPT);
    out.writeShort(Wire.FLAG_FIXED_NEWSTYLE | Wire.FLAG_NO_ZEROES);
  }

  /** The client's flags. */
  static Decoded<Integer> decodeClientFlags(ByteBuf in) {
    if (in.readableBytes() < 4) {
      return new Decoded.NeedMore<>(4);
    }
    int flags = in.getInt(in.readerIndex());
    int known = Wire.FLAG_FIXED_NEWSTYLE | Wire.FLAG_NO_ZEROES;
    if ((flags & ~known) != 0) {
      return new Decoded.Malformed<>("unknown client flags 0x" + Integer.toHexString(flags));
    }
    in.skipBytes(4);
    return new Decoded.Complete<>(flags);
  }

  /** One option. */
  static Decoded<Option> decodeOption(ByteBuf in, Limits limits) {
    int at = in.readerIndex();
    if (in.readableBytes() >= 8 && in.getLong(at) != Wire.IHAVEOPT) {
      return new Decoded.Malformed<>("not the magic of an option");
    }
    if (in.readableBytes() < OPTION_HEADER_BYTES) {
      return new Decoded.NeedMore<>(OPTION_HEADER_BYTES);
    }
    long length = in.getUnsignedInt(at + 12);
    long excessBytes = length > limits.optionBytes() ? length : 0;
    int dataBytes = (int) (length - excessBytes);
    int total = OPTION_HEADER_BYTES + dataBytes;
    if (in.readableBytes() < total) {
      return new Decoded.NeedMore<>(total);
    }
    int number = in.getInt(at + 8);
    ByteBuf data = in.retainedSlice(at + OPTION_HEADER_BYTES, dataBytes);
    in.skipBytes(total);
    return new Decoded.Complete<>(new Option(number, data, excessBytes));
  }

  static void encodeReply(int option, OptionReply reply, ByteBuf out) {
    switch (reply) {
      case OptionReply.Ack a -> header(out, option, Wire.REP_ACK, 0);
      case OptionReply.Server r -> {
        int bytes = ByteBufUtil.utf8Bytes(r.name());
        header(out, option, Wire.REP_SERVER, 4 + bytes);
        out.writeInt(bytes);
        text(out, r.name());
      }
      case OptionReply.ExportInfo r -> {
        header(out, option, Wire.REP_INFO, 12);
        out.writeShort(Wire.INFO_EXPORT).writeLong(r.sizeBytes()).writeShort(r.flags());
      }
      case OptionReply.NameInfo r -> {
        header(out, option, Wire.REP_INFO, 2 + ByteBufUtil.utf8Bytes(r.name()));
        out.writeShort(Wire.INFO_NAME);
        text(out, r.name());
      }
      case OptionReply.BlockSizeInfo r -> {
        header(out, option, Wire.REP_INFO, 14);
        out.writeShort(Wire.INFO_BLOCK_SIZE).writeInt(r.minimum());
        out.writeInt(r.preferred()).writeInt(r.maximum());
      }
      case OptionReply.Context r -> {
        header(out, option, Wire.REP_META_CONTEXT, 4 + ByteBufUtil.utf8Bytes(r.name()));
        out.writeInt(r.id());
        text(out, r.name());
      }
      case OptionReply.Refused r -> {
        header(out, option, r.code(), ByteBufUtil.utf8Bytes(r.reason()));
        text(out, r.reason());
      }
    }
  }

  /** The answer to EXPORT_NAME, which has no header. */
  static void encodeExportName(OptionReply.ExportInfo export, boolean noZeroes, ByteBuf out) {
    out.writeLong(export.sizeBytes()).writeShort(export.flags());
    out.writeZero(noZeroes ? 0 : TRAILING_ZEROS);
  }

  private static void header(ByteBuf out, int option, int type, int length) {
    out.writeLong(Wire.OPTION_REPLY_MAGIC).writeInt(option).writeInt(type).writeInt(length);
  }

  private static void text(ByteBuf out, String text) {
    out.writeCharSequence(text, StandardCharsets.UTF_8);
  }
}
