package io.virga.blockstore.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/**
 * Bytes that have come and are not decoded yet. Payloads are slices of its buffer, so the buffer is
 * never moved: when it is full a new one takes the rest, as large as the message that is awaited.
 */
final class Inbox {

  private ByteBuf bytes = Unpooled.EMPTY_BUFFER;
  private int expected;

  ByteBuf bytes() {
    return bytes;
  }

  boolean isReadable() {
    return bytes.isReadable();
  }

  /** The message at the reader index will have so many bytes. */
  void expect(int totalBytes) {
    expected = totalBytes;
  }

  /** Takes over the bytes that came. */
  void add(ByteBuf more, ByteBufAllocator allocator) {
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
  void discardRead() {
    expected = 0;
    if (!bytes.isReadable()) {
      bytes.release();
      bytes = Unpooled.EMPTY_BUFFER;
    }
  }

  void release() {
    bytes.release();
    bytes = Unpooled.EMPTY_BUFFER;
  }
}
