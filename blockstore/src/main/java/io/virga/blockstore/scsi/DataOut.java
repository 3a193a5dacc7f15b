package io.virga.blockstore.scsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The Data-Out buffer of a command: slices of what came, in order. They are its own. A slice keeps
 * the whole buffer that it came in, so that what is small for its buffer, and whatever is small but
 * for the first, is copied: the memory that it takes is bounded by what it is long.
 */
public final class DataOut {

  private static final int GATHERED_BYTES = 16 << 10;
  private static final int FIRST_SHARE = 64;
  private static final int SHARE = 8;

  private final List<ByteBuf> slices = new ArrayList<>(1);
  private Optional<ByteBuf> gathering = Optional.empty();
  private int lengthBytes;

  /** Takes over the bytes that follow. */
  public void add(ByteBuf slice) {
    lengthBytes += slice.readableBytes();
    if (slice.isReadable() && isWorthItsBuffer(slice)) {
      slices.add(slice);
      gathering = Optional.empty();
      return;
    }
    while (slice.isReadable()) {
      ByteBuf into = gathering.filter(last -> last.maxWritableBytes() > 0).orElse(null);
      if (into == null) {
        into = next(slice.readableBytes());
      }
      into.writeBytes(slice, Math.min(slice.readableBytes(), into.maxWritableBytes()));
    }
    slice.release();
  }

  private boolean isWorthItsBuffer(ByteBuf slice) {
    int bytes = slice.readableBytes();
    boolean first = slices.isEmpty();
    ByteBuf root = slice;
    while (root.unwrap() != null) {
      root = root.unwrap();
    }
    return (first || bytes >= GATHERED_BYTES)
        && root.capacity() <= (long) bytes * (first ? FIRST_SHARE : SHARE);
  }

  private ByteBuf next(int expectedBytes) {
    int bytes = Math.min(GATHERED_BYTES, expectedBytes);
    ByteBuf next = PooledByteBufAllocator.DEFAULT.directBuffer(bytes, GATHERED_BYTES);
    slices.add(next);
    gathering = Optional.of(next);
    return next;
  }

  /** How much there is. */
  public int lengthBytes() {
    return lengthBytes;
  }

  /** The slices, which stay its own. */
  List<ByteBuf> slices() {
    return slices;
  }

  /** The bytes from the offset in one piece; the caller's to release. */
  ByteBuf joined(int offset, int length, ByteBufAllocator allocator) {
    if (slices.size() == 1) {
      ByteBuf only = slices.getFirst();
      return only.retainedSlice(only.readerIndex() + offset, length);
    }
    ByteBuf all = allocator.directBuffer(length, length);
    int at = 0;
    for (ByteBuf slice : slices) {
      int from = Math.max(0, offset - at);
      int count = Math.min(slice.readableBytes() - from, all.writableBytes());
      if (count > 0) {
        all.writeBytes(slice, slice.readerIndex() + from, count);
      }
      at += slice.readableBytes();
    }
    return all;
  }

  /** Lets go of all. */
  public void release() {
    slices.forEach(ByteBuf::release);
    slices.clear();
    gathering = Optional.empty();
    lengthBytes = 0;
  }
}
