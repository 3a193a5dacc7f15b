package io.virga.dataplane.buffer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/**
 * Bytes that have come and are not decoded yet. Payloads are slices of its buffer, so the buffer is
 * never moved: when it is full a new one takes the rest, as large as the message that is awaited.
 */
public final class Inbox {

  private ByteBuf bytes = Unpooled.EMPTY_BUFFER;
  private int expected;

  /** What is not decoded yet, to be read from; stays the inbox's. */
  public ByteBuf bytes() {
    return bytes;
  }

  /** Whether there is something to decode. */
  public boolean isReadable() {
    return bytes.isReadable();
  }

  /** The message at the reader index will have so many bytes. */
  public void expect(int totalBytes) {
    expected = totalBytes;
  }

  /** Takes over the bytes that came. */
  public void add(ByteBuf more, ByteBufAllocator allocator) {
    if (!bytes.isReadable()) {
      bytes.release();
      bytes = more;
      return;
    }
    int length = more.readableBytes();
    if (bytes.isReadOnly() || bytes.writableBytes() < length) {
      int capacity = Math.max(expected, bytes.readableBytes() + length);
      ByteBuf larger = allocator.directBuffer(capacity, Integer.MAX_VALUE);
      larger.writeBytes(bytes);
      bytes.release();
      bytes = larger;
    }
    bytes.writeBytes(more);
    more.release();
  }

  /** What is decoded is needed no more, but for slices of it. */
  public void discardRead() {
    expected = 0;
    if (!bytes.isReadable()) {
      bytes.release();
      bytes = Unpooled.EMPTY_BUFFER;
    }
  }

  /** Lets go of everything; to be called when the connection is over. */
  public void release() {
    bytes.release();
    bytes = Unpooled.EMPTY_BUFFER;
  }
}
