package io.virga.blockstore.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.virga.blockstore.device.Outcome;
import java.util.function.Consumer;

/**
 * Makes replies and gives them to the sink. To a client that can read structured replies every
 * error is one, since they alone can say what was wrong; success without data is a simple reply to
 * all.
 */
final class Replies {

  private final boolean structured;
  private final ByteBufAllocator allocator;
  private final Consumer<ByteBuf> sink;

  Replies(boolean structured, ByteBufAllocator allocator, Consumer<ByteBuf> sink) {
    this.structured = structured;
    this.allocator = allocator;
    this.sink = sink;
  }

  /** The beginning of a reply to a read, with room for exactly the data; goes to the sink full. */
  ByteBuf beginRead(Request request) {
    int length = (int) request.length();
    int header = structured ? RequestCodec.DATA_HEADER_BYTES : RequestCodec.SIMPLE_REPLY_BYTES;
    ByteBuf reply = allocator.directBuffer(header + length, header + length);
    if (structured) {
      RequestCodec.encodeChunk(Wire.REPLY_OFFSET_DATA, true, request.cookie(), 8 + length, reply);
      return reply.writeLong(request.offset());
    }
    RequestCodec.encodeSimple(0, request.cookie(), reply);
    return reply;
  }

  void send(ByteBuf reply) {
    sink.accept(reply);
  }

  /** The whole range of a read is zeros; to clients that can read structured replies only. */
  void hole(Request request) {
    ByteBuf hole = allocator.directBuffer(RequestCodec.CHUNK_HEADER_BYTES + 12);
    RequestCodec.encodeChunk(Wire.REPLY_OFFSET_HOLE, true, request.cookie(), 12, hole);
    sink.accept(hole.writeLong(request.offset()).writeInt((int) request.length()));
  }

  /** The runs of one context. */
  void status(Request request, int contextId, StatusRuns runs, boolean last) {
    int length = 4 + 8 * runs.count();
    ByteBuf reply = allocator.directBuffer(RequestCodec.CHUNK_HEADER_BYTES + length);
    RequestCodec.encodeChunk(Wire.REPLY_BLOCK_STATUS, last, request.cookie(), length, reply);
    reply.writeInt(contextId);
    runs.write(reply);
    sink.accept(reply);
  }

  /** An operation has ended that brings no data. */
  void ended(Request request, Outcome outcome) {
    if (outcome != Outcome.OK) {
      fail(request, outcome);
      return;
    }
    ByteBuf reply = allocator.directBuffer(RequestCodec.SIMPLE_REPLY_BYTES);
    RequestCodec.encodeSimple(0, request.cookie(), reply);
    sink.accept(reply);
  }

  void fail(Request request, Outcome outcome) {
    fail(request, refusal(request.type(), outcome));
  }

  void fail(Request request, RequestRules.Refusal refusal) {
    ByteBuf reply = allocator.directBuffer(64);
    if (structured) {
      RequestCodec.encodeError(refusal.error(), refusal.reason(), request.cookie(), reply);
    } else {
      RequestCodec.encodeSimple(refusal.error(), request.cookie(), reply);
    }
    sink.accept(reply);
  }

  private static RequestRules.Refusal refusal(int type, Outcome outcome) {
    boolean writes = type == Wire.CMD_WRITE || type == Wire.CMD_WRITE_ZEROES;
    return switch (outcome) {
      case OK -> new RequestRules.Refusal(0, "");
      case IO_ERROR -> new RequestRules.Refusal(Wire.EIO, "the storage failed");
      case NO_SPACE -> new RequestRules.Refusal(Wire.ENOSPC, "the pool is full");
      case NOT_PERMITTED ->
          new RequestRules.Refusal(
              Wire.EPERM, "type " + type + " would change the export, which is read-only");
      case INVALID ->
          new RequestRules.Refusal(
              writes ? Wire.ENOSPC : Wire.EINVAL, "the range is not within the export");
      case NOT_SUPPORTED ->
          new RequestRules.Refusal(
              Wire.ENOTSUP,
              "no faster than writing zeros: FAST_ZERO needs a whole block of 4096 bytes, and no"
                  + " NO_HOLE");
      case SHUT_DOWN -> new RequestRules.Refusal(Wire.ESHUTDOWN, "the export was closed");
    };
  }
}
