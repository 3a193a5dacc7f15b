package io.virga.blockstore.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** The bytes of the transmission phase; pure functions. */
final class RequestCodec {

  static final int REQUEST_BYTES = 28;
  static final int SIMPLE_REPLY_BYTES = 16;
  static final int CHUNK_HEADER_BYTES = 20;

  /** Before the bytes of an OFFSET_DATA chunk. */
  static final int DATA_HEADER_BYTES = CHUNK_HEADER_BYTES + 8;

  private RequestCodec() {}

  /** One request, with its payload if it is a write. */
  static Decoded<Request> decode(ByteBuf in, Limits limits) {
    int at = in.readerIndex();
    if (in.readableBytes() >= 4 && in.getInt(at) != Wire.REQUEST_MAGIC) {
      return new Decoded.Malformed<>("not the magic of a request");
    }
    if (in.readableBytes() < REQUEST_BYTES) {
      return new Decoded.NeedMore<>(REQUEST_BYTES);
    }
    int type = in.getUnsignedShort(at + 6);
    long length = in.getUnsignedInt(at + 24);
    ByteBuf payload = Unpooled.EMPTY_BUFFER;
    if (type == Wire.CMD_WRITE) {
      if (length > limits.payloadBytes()) {
        return new Decoded.Malformed<>("a write of " + length + " bytes");
      }
      int total = REQUEST_BYTES + (int) length;
      if (in.readableBytes() < total) {
        return new Decoded.NeedMore<>(total);
      }
      payload = in.retainedSlice(at + REQUEST_BYTES, (int) length);
    }
    Request request =
        new Request(
            in.getUnsignedShort(at + 4),
            type,
            in.getLong(at + 8),
            in.getLong(at + 16),
            length,
            payload);
    in.skipBytes(REQUEST_BYTES + payload.readableBytes());
    return new Decoded.Complete<>(request);
  }

  static void encodeRequest(Request request, ByteBuf out) {
    out.writeInt(Wire.REQUEST_MAGIC).writeShort(request.flags()).writeShort(request.type());
    out.writeLong(request.cookie()).writeLong(request.offset()).writeInt((int) request.length());
    out.writeBytes(
        request.payload(), request.payload().readerIndex(), request.payload().readableBytes());
  }

  static void encodeSimple(int error, long cookie, ByteBuf out) {
    out.writeInt(Wire.SIMPLE_REPLY_MAGIC).writeInt(error).writeLong(cookie);
  }

  static void encodeChunk(int type, boolean last, long cookie, int length, ByteBuf out) {
    out.writeInt(Wire.STRUCTURED_REPLY_MAGIC);
    out.writeShort(last ? Wire.REPLY_FLAG_DONE : 0).writeShort(type);
    out.writeLong(cookie).writeInt(length);
  }

  static void encodeError(int error, String reason, long cookie, ByteBuf out) {
    int bytes = ByteBufUtil.utf8Bytes(reason);
    encodeChunk(Wire.REPLY_ERROR, true, cookie, 6 + bytes, out);
    out.writeInt(error).writeShort(bytes).writeCharSequence(reason, StandardCharsets.UTF_8);
  }
}
