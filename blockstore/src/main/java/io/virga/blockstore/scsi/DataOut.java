package io.virga.blockstore.scsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/** The Data-Out buffer of a command: slices of what came, in order. They are its own. */
public final class DataOut {

  private final List<ByteBuf> slices = new ArrayList<>(1);
  private int lengthBytes;

  /** Takes over the bytes that follow. */
  public void add(ByteBuf slice) {
    if (slice.isReadable()) {
      slices.add(slice);
      lengthBytes += slice.readableBytes();
    } else {
      slice.release();
    }
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

  /** Drops what is beyond the length. */
  public void truncate(int length) {
    while (lengthBytes > length) {
      ByteBuf last = slices.removeLast();
      int without = lengthBytes - last.readableBytes();
      if (without < length) {
        last.writerIndex(last.readerIndex() + length - without);
        slices.add(last);
        lengthBytes = length;
      } else {
        last.release();
        lengthBytes = without;
      }
    }
  }

  /** Lets go of all. */
  public void release() {
    slices.forEach(ByteBuf::release);
    slices.clear();
    lengthBytes = 0;
  }
}
