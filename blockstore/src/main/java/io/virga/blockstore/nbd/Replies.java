package io.virga.blockstore.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.virga.blockstore.device.Outcome;
import java.util.function.Consumer;

/**
 * Makes replies and gives them to the sink. To a client that can read chunks every error is one,
 * since they alone can say what was wrong; success without data is a simple reply to all but those
 * with extended headers.
 */
final class Replies {

  private final Headers headers;
  private final ByteBufAllocator allocator;
  private final Consumer<ByteBuf> sink;

  Replies(Headers headers, ByteBufAllocator allocator, Consumer<ByteBuf> sink) {
    this.headers = headers;
    this.allocator = allocator;
    this.sink = sink;
  }

  /** The beginning of a reply to a read, with room for exactly the data; goes to the sink full. */
  ByteBuf beginRead(Request request) {
    int length = (int) request.length();
    if (headers.chunks()) {
      return chunk(request, Wire.REPLY_OFFSET_DATA, true, 8 + length).writeLong(request.offset());
    }
    int total = RequestCodec.SIMPLE_REPLY_BYTES + length;
    ByteBuf reply = allocator.directBuffer(total, total);
    RequestCodec.encodeSimple(0, request.cookie(), reply);
    return reply;
  }

  /** A chunk with room for exactly its payload. */
  private ByteBuf chunk(Request request, int type, boolean last, int payloadBytes) {
    int total = RequestCodec.chunkHeaderBytes(headers) + payloadBytes;
    ByteBuf out = allocator.directBuffer(total, total);
    RequestCodec.encodeChunk(
        headers, request, new RequestCodec.Chunk(type, last), payloadBytes, out);
    return out;
  }

  void send(ByteBuf reply) {
    sink.accept(reply);
  }

  /** The whole range of a read is zeros; to clients that can read chunks only. */
  void hole(Request request) {
    ByteBuf hole = chunk(request, Wire.REPLY_OFFSET_HOLE, true, 12);
    sink.accept(hole.writeLong(request.offset()).writeInt((int) request.length()));
  }

  /** The runs of one context. */
  void status(Request request, int contextId, StatusRuns runs, boolean last) {
    ByteBuf reply;
    if (headers == Headers.EXTENDED) {
      reply = chunk(request, Wire.REPLY_BLOCK_STATUS_EXT, last, 8 + 16 * runs.count());
      runs.writeExtended(reply.writeInt(contextId).writeInt(runs.count()));
    } else {
      reply = chunk(request, Wire.REPLY_BLOCK_STATUS, last, 4 + 8 * runs.count());
      runs.write(reply.writeInt(contextId));
    }
    sink.accept(reply);
  }

  /** An operation has ended that brings no data. */
  void ended(Request request, Outcome outcome) {
    if (outcome != Outcome.OK) {
      fail(request, outcome);
      return;
    }
    if (headers == Headers.EXTENDED) {
      sink.accept(chunk(request, Wire.REPLY_NONE, true, 0));
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
    if (headers.chunks()) {
      RequestCodec.encodeError(headers, request, refusal.error(), refusal.reason(), reply);
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
