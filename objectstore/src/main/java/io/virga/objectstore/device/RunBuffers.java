package io.virga.objectstore.device;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The memory that uploads to a device write from. A long run costs its thread one wake-up and one
 * system call instead of one for each block; but when many uploads are under way each has only one
 * block a run, so that they do not take much memory. Thread-safe.
 */
final class RunBuffers {

  private static final int LONG_BLOCKS = 4;

  /** With two runs in flight and one being filled, these hold 48 MiB. */
  private static final int MAXIMUM_LONG = 64;

  private final AtomicInteger withLongRuns = new AtomicInteger();

  /**
   * The memory of one upload, which uses the same again and again. Calls are serial, but for {@link
   * #give}.
   */
  final class Lease {

    private final Queue<ByteBuf> spare = new ConcurrentLinkedQueue<>();
    private int blocks;

    /** How many blocks a run has. */
    int blocks() {
      if (blocks == 0) {
        boolean isLong = withLongRuns.incrementAndGet() <= MAXIMUM_LONG;
        if (!isLong) {
          withLongRuns.decrementAndGet();
        }
        blocks = isLong ? LONG_BLOCKS : 1;
      }
      return blocks;
    }

    /** A direct buffer with room for so many bytes. */
    ByteBuf take(int bytes) {
      ByteBuf used = spare.poll();
      if (used != null && used.capacity() >= bytes) {
        return used;
      }
      if (used != null) {
        used.release();
      }
      return ByteBufAllocator.DEFAULT.directBuffer(bytes);
    }

    /** Gives back what was taken and has been written. From any thread. */
    void give(ByteBuf written) {
      spare.add(written.clear());
    }

    /** When nothing is taken any more. */
    void close() {
      for (ByteBuf used = spare.poll(); used != null; used = spare.poll()) {
        used.release();
      }
      if (blocks == LONG_BLOCKS) {
        withLongRuns.decrementAndGet();
      }
      blocks = 0;
    }
  }
}
