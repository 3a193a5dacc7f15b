package io.virga.objectstore.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.virga.dataplane.Invariant;
import org.jspecify.annotations.Nullable;

/**
 * Sends frames of one connection. Small ones are put together in one buffer, large tails follow
 * without a copy, and all that is written in one turn of the loop goes in one flush.
 */
final class FrameWriter {

  private static final int BATCH_BYTES = 16 << 10;
  private static final int COPIED_TAIL_BYTES = 8 << 10;

  /** More than this in wait means that the peer does not read. */
  private static final long OVERLOAD_BYTES = 32 << 20;

  private final ChannelHandlerContext context;
  private @Nullable ByteBuf batch;
  private boolean dirty;
  private boolean reading;
  private boolean flushScheduled;
  private boolean closed;

  FrameWriter(ChannelHandlerContext context) {
    this.context = context;
  }

  /** Whether bodies may be sent on. Requests, answers and what controls may always. */
  boolean isWritable() {
    return !closed && context.channel().isWritable();
  }

  boolean isOverloaded() {
    return context.channel().bytesBeforeWritable() > OVERLOAD_BYTES;
  }

  /** Takes over the frame's buffer. On the loop. */
  void write(Frame frame) {
    Invariant.check(context.executor().inEventLoop(), "a connection is written on its loop");
    ByteBuf tail = frame.tail();
    if (closed) {
      tail.release();
      return;
    }
    ByteBuf out = batch;
    if (out == null) {
      out = context.alloc().directBuffer(BATCH_BYTES, Integer.MAX_VALUE);
      batch = out;
    }
    FrameEncoder.encodeHead(frame, out);
    if (tail.readableBytes() > COPIED_TAIL_BYTES) {
      push();
      context.write(tail, context.voidPromise());
    } else {
      out.writeBytes(tail);
      tail.release();
      if (out.readableBytes() >= BATCH_BYTES - COPIED_TAIL_BYTES) {
        push();
      }
    }
    dirty = true;
    if (!reading && !flushScheduled) {
      flushScheduled = true;
      context.executor().execute(this::scheduledFlush);
    }
  }

  /** Bytes come, so a flush will follow by itself. */
  void reading() {
    reading = true;
  }

  /** All that had come is done with. */
  void readComplete() {
    reading = false;
    flush();
  }

  private void scheduledFlush() {
    flushScheduled = false;
    flush();
  }

  /** Sends what was written. */
  void flush() {
    if (dirty) {
      dirty = false;
      push();
      context.flush();
    }
  }

  /** Drops what was not flushed, and whatever is written from now on. */
  void close() {
    closed = true;
    ByteBuf out = batch;
    batch = null;
    if (out != null) {
      out.release();
    }
  }

  private void push() {
    ByteBuf out = batch;
    batch = null;
    if (out != null) {
      context.write(out, context.voidPromise());
    }
  }
}
