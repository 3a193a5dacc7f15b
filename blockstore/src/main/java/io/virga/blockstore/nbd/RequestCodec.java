package io.virga.blockstore.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** The bytes of the transmission phase; pure functions. */
final class RequestCodec {

  static final int REQUEST_BYTES = 28;
  static final int EXTENDED_REQUEST_BYTES = 32;
  static final int SIMPLE_REPLY_BYTES = 16;
  private static final int CHUNK_HEADER_BYTES = 20;
  private static final int EXTENDED_CHUNK_HEADER_BYTES = 32;
  private static final long MAXIMUM_SKIPPED_BYTES = 0xffffffffL;

  private RequestCodec() {}

  /** One request, with its payload if it has one that is not too large. */
  static Decoded<Request> decode(ByteBuf in, Limits limits, Headers headers) {
    int at = in.readerIndex();
    boolean extended = headers == Headers.EXTENDED;
    int magic = extended ? Wire.EXTENDED_REQUEST_MAGIC : Wire.REQUEST_MAGIC;
    if (in.readableBytes() >= 4 && in.getInt(at) != magic) {
      return new Decoded.Malformed<>("not the magic of a request");
    }
    int headerBytes = extended ? EXTENDED_REQUEST_BYTES : REQUEST_BYTES;
    if (in.readableBytes() < headerBytes) {
      return new Decoded.NeedMore<>(headerBytes);
    }
    int flags = in.getUnsignedShort(at + 4);
    int type = in.getUnsignedShort(at + 6);
    long length = extended ? in.getLong(at + 24) : in.getUnsignedInt(at + 24);
    boolean counted = extended && (flags & Wire.CMD_FLAG_PAYLOAD_LEN) != 0;
    long payloadBytes = type == Wire.CMD_WRITE || counted ? length : 0;
    if (payloadBytes < 0 || payloadBytes > MAXIMUM_SKIPPED_BYTES) {
      return new Decoded.Malformed<>(
          "a payload of " + Long.toUnsignedString(payloadBytes) + " bytes");
    }
    long excessBytes = payloadBytes > limits.payloadBytes() ? payloadBytes : 0;
    int total = headerBytes + (int) (payloadBytes - excessBytes);
    if (in.readableBytes() < total) {
      return new Decoded.NeedMore<>(total);
    }
    ByteBuf payload =
        total == headerBytes
            ? Unpooled.EMPTY_BUFFER
            : in.retainedSlice(at + headerBytes, total - headerBytes);
    Request request =
        new Request(
            flags, type, in.getLong(at + 8), in.getLong(at + 16), length, payload, excessBytes);
    in.skipBytes(total);
    return new Decoded.Complete<>(request);
  }

  static void encodeRequest(Request request, Headers headers, ByteBuf out) {
    boolean extended = headers == Headers.EXTENDED;
    out.writeInt(extended ? Wire.EXTENDED_REQUEST_MAGIC : Wire.REQUEST_MAGIC);
    out.writeShort(request.flags()).writeShort(request.type());
    out.writeLong(request.cookie()).writeLong(request.offset());
    if (extended) {
      out.writeLong(request.length());
    } else {
      out.writeInt((int) request.length());
    }
    out.writeBytes(
        request.payload(), request.payload().readerIndex(), request.payload().readableBytes());
  }

  static void encodeSimple(int error, long cookie, ByteBuf out) {
    out.writeInt(Wire.SIMPLE_REPLY_MAGIC).writeInt(error).writeLong(cookie);
  }

  static int chunkHeaderBytes(Headers headers) {
    return headers == Headers.EXTENDED ? EXTENDED_CHUNK_HEADER_BYTES : CHUNK_HEADER_BYTES;
  }

  /** The header of a chunk, structured or extended, with a payload of so many bytes. */
  static void encodeChunk(
      Headers headers, Request request, Chunk chunk, int payloadBytes, ByteBuf out) {
    boolean extended = headers == Headers.EXTENDED;
    out.writeInt(extended ? Wire.EXTENDED_REPLY_MAGIC : Wire.STRUCTURED_REPLY_MAGIC);
    out.writeShort(chunk.last ? Wire.REPLY_FLAG_DONE : 0).writeShort(chunk.type);
    out.writeLong(request.cookie());
    if (extended) {
      out.writeLong(request.offset()).writeLong(payloadBytes);
    } else {
      out.writeInt(payloadBytes);
    }
  }

  static void encodeError(Headers headers, Request request, int error, String reason, ByteBuf out) {
    int bytes = ByteBufUtil.utf8Bytes(reason);
    encodeChunk(headers, request, new Chunk(Wire.REPLY_ERROR, true), 6 + bytes, out);
    out.writeInt(error).writeShort(bytes).writeCharSequence(reason, StandardCharsets.UTF_8);
  }

  /**
   * What a chunk is.
   *
   * @param last of its reply
   */
  record Chunk(int type, boolean last) {}
}
