package io.virga.blockstore.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.virga.blockstore.device.BlockDevice;
import io.virga.blockstore.device.Outcome;
import java.util.function.Consumer;

/**
 * The session of the transmission phase: requests go to the device, replies to the sink in the
 * order in which the device completes. Owned by the connection's loop.
 */
final class Transmission {

  private static final int KNOWN_FLAGS =
      Wire.CMD_FLAG_FUA
          | Wire.CMD_FLAG_NO_HOLE
          | Wire.CMD_FLAG_DF
          | Wire.CMD_FLAG_REQ_ONE
          | Wire.CMD_FLAG_FAST_ZERO;

  private final BlockDevice device;
  private final boolean structured;
  private final boolean allocation;
  private final Limits limits;
  private final ByteBufAllocator allocator;
  private final Consumer<ByteBuf> sink;
  private int inFlightRequests;
  private long inFlightBytes;

  Transmission(
      BlockDevice device,
      Features features,
      Limits limits,
      ByteBufAllocator allocator,
      Consumer<ByteBuf> sink) {
    this.device = device;
    this.structured = features.structured();
    this.allocation = features.allocation();
    this.limits = limits;
    this.allocator = allocator;
    this.sink = sink;
  }

  /** Whether another request may be handled before one completes. */
  boolean hasRoom() {
    return inFlightRequests < limits.inFlightRequests() && inFlightBytes < limits.inFlightBytes();
  }

  /** Takes a request, and its payload; answers false if it was the last. */
  boolean handle(Request request) {
    boolean valid = (request.flags() & ~KNOWN_FLAGS) == 0 && request.offset() >= 0;
    if (!valid) {
      request.payload().release();
      fail(request, Wire.EINVAL);
      return true;
    }
    switch (request.type()) {
      case Wire.CMD_READ -> read(request);
      case Wire.CMD_WRITE -> write(request);
      case Wire.CMD_DISC -> {
        return false;
      }
      case Wire.CMD_FLUSH -> {
        begin(0);
        device.flush(outcome -> end(request, outcome, 0));
      }
      case Wire.CMD_TRIM -> {
        begin(0);
        device.trim(
            request.offset(),
            request.length(),
            request.has(Wire.CMD_FLAG_FUA),
            outcome -> end(request, outcome, 0));
      }
      case Wire.CMD_CACHE -> {
        begin(0);
        device.prefetch(request.offset(), request.length(), outcome -> end(request, outcome, 0));
      }
      case Wire.CMD_WRITE_ZEROES -> writeZeroes(request);
      case Wire.CMD_BLOCK_STATUS -> blockStatus(request);
      default -> fail(request, Wire.EINVAL);
    }
    return true;
  }

  private void read(Request request) {
    if (request.length() > limits.payloadBytes() || request.length() == 0) {
      fail(request, Wire.EINVAL);
      return;
    }
    int length = (int) request.length();
    if (structured && device.holesAreFree() && isHole(request.offset(), length)) {
      ByteBuf hole = allocator.directBuffer(RequestCodec.CHUNK_HEADER_BYTES + 12);
      RequestCodec.encodeChunk(Wire.REPLY_OFFSET_HOLE, true, request.cookie(), 12, hole);
      sink.accept(hole.writeLong(request.offset()).writeInt(length));
      return;
    }
    int header = structured ? RequestCodec.DATA_HEADER_BYTES : RequestCodec.SIMPLE_REPLY_BYTES;
    ByteBuf reply = allocator.directBuffer(header + length, header + length);
    if (structured) {
      RequestCodec.encodeChunk(Wire.REPLY_OFFSET_DATA, true, request.cookie(), 8 + length, reply);
      reply.writeLong(request.offset());
    } else {
      RequestCodec.encodeSimple(0, request.cookie(), reply);
    }
    begin(length);
    device.read(
        request.offset(),
        reply,
        outcome -> {
          finished(length);
          if (outcome == Outcome.OK) {
            sink.accept(reply);
          } else {
            reply.release();
            fail(request, error(outcome, false));
          }
        });
  }

  private boolean isHole(long offset, int length) {
    if (offset > device.sizeBytes() - length) {
      return false;
    }
    HoleCheck check = new HoleCheck(length);
    device.describe(offset, length, check);
    return check.left <= 0;
  }

  private void write(Request request) {
    int length = request.payload().readableBytes();
    begin(length);
    device.write(
        request.offset(),
        request.payload(),
        request.has(Wire.CMD_FLAG_FUA),
        outcome -> {
          request.payload().release();
          end(request, outcome, length);
        });
  }

  private void writeZeroes(Request request) {
    begin(0);
    device.writeZeroes(
        request.offset(),
        request.length(),
        new BlockDevice.ZeroOptions(
            request.has(Wire.CMD_FLAG_FUA),
            request.has(Wire.CMD_FLAG_NO_HOLE),
            request.has(Wire.CMD_FLAG_FAST_ZERO)),
        outcome -> end(request, outcome, 0));
  }

  private void blockStatus(Request request) {
    long size = device.sizeBytes();
    boolean inside =
        request.length() > 0
            && request.offset() <= size
            && request.length() <= size - request.offset();
    if (!allocation || !inside) {
      fail(request, Wire.EINVAL);
      return;
    }
    StatusRuns runs = new StatusRuns(request.length(), request.has(Wire.CMD_FLAG_REQ_ONE));
    device.describe(request.offset(), request.length(), runs);
    ByteBuf reply = allocator.directBuffer(RequestCodec.CHUNK_HEADER_BYTES + 4 + 8 * runs.count());
    RequestCodec.encodeChunk(
        Wire.REPLY_BLOCK_STATUS, true, request.cookie(), 4 + 8 * runs.count(), reply);
    reply.writeInt(Negotiation.BASE_ALLOCATION_ID);
    runs.write(reply);
    sink.accept(reply);
  }

  private void end(Request request, Outcome outcome, long bytes) {
    finished(bytes);
    if (outcome == Outcome.OK) {
      ByteBuf reply = allocator.directBuffer(RequestCodec.CHUNK_HEADER_BYTES);
      if (structured && request.type() == Wire.CMD_READ) {
        RequestCodec.encodeChunk(Wire.REPLY_NONE, true, request.cookie(), 0, reply);
      } else {
        RequestCodec.encodeSimple(0, request.cookie(), reply);
      }
      sink.accept(reply);
    } else {
      boolean changes = request.type() == Wire.CMD_WRITE || request.type() == Wire.CMD_WRITE_ZEROES;
      fail(request, error(outcome, changes));
    }
  }

  private void fail(Request request, int error) {
    ByteBuf reply = allocator.directBuffer(64);
    boolean asChunk =
        structured && (request.type() == Wire.CMD_READ || request.type() == Wire.CMD_BLOCK_STATUS);
    if (asChunk) {
      RequestCodec.encodeError(error, "", request.cookie(), reply);
    } else {
      RequestCodec.encodeSimple(error, request.cookie(), reply);
    }
    sink.accept(reply);
  }

  private void begin(long bytes) {
    inFlightRequests++;
    inFlightBytes += bytes;
  }

  private void finished(long bytes) {
    inFlightRequests--;
    inFlightBytes -= bytes;
  }

  private static int error(Outcome outcome, boolean changes) {
    return switch (outcome) {
      case OK -> 0;
      case IO_ERROR -> Wire.EIO;
      case NO_SPACE -> Wire.ENOSPC;
      case NOT_PERMITTED -> Wire.EPERM;
      case INVALID -> changes ? Wire.ENOSPC : Wire.EINVAL;
      case NOT_SUPPORTED -> Wire.ENOTSUP;
      case SHUT_DOWN -> Wire.ESHUTDOWN;
    };
  }

  /** What was agreed on. */
  record Features(boolean structured, boolean allocation) {}

  private static final class HoleCheck implements BlockDevice.RunVisitor {
    private long left;

    HoleCheck(long length) {
      this.left = length;
    }

    @Override
    public boolean visit(long lengthBytes, boolean allocated, boolean zero) {
      if (zero) {
        left -= lengthBytes;
      }
      return zero && left > 0;
    }
  }
}
