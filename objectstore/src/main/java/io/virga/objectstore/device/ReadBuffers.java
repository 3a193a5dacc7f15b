package io.virga.objectstore.device;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledUnsafeDirectByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Buffers that an event loop reads whole pieces into. Other allocators give memory of this size
 * back to the system as soon as it is free, and clear what they get again, which costs as much as
 * to read into it. Here each thread keeps what it took and released, and takes first what it
 * released last, since that is still in the processor's cache.
 */
final class ReadBuffers extends AbstractByteBufAllocator {

  static final ReadBuffers INSTANCE = new ReadBuffers();

  /** What a thread keeps, in pieces. */
  private static final int KEPT = 64;

  /** Less is well kept by the usual allocator. */
  private static final int SMALL_BYTES = Piece.MAXIMUM_STORED_BYTES / 4;

  private final FastThreadLocal<ArrayDeque<ByteBuffer>> free =
      new FastThreadLocal<>() {
        @Override
        protected ArrayDeque<ByteBuffer> initialValue() {
          return new ArrayDeque<>(KEPT);
        }
      };

  private ReadBuffers() {
    super(true);
  }

  @Override
  protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
    return ByteBufAllocator.DEFAULT.heapBuffer(initialCapacity, maxCapacity);
  }

  @Override
  protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
    if (maxCapacity < SMALL_BYTES || maxCapacity > Piece.MAXIMUM_STORED_BYTES) {
      return ByteBufAllocator.DEFAULT.directBuffer(initialCapacity, maxCapacity);
    }
    ArrayDeque<ByteBuffer> own = free.get();
    ByteBuffer kept = own.pollLast();
    ByteBuffer memory = kept == null ? ByteBuffer.allocateDirect(Piece.MAXIMUM_STORED_BYTES) : kept;
    return toLeakAwareBuffer(new Kept(memory.limit(initialCapacity), maxCapacity, own));
  }

  @Override
  public boolean isDirectBufferPooled() {
    return true;
  }

  /** A buffer whose memory is kept if the thread that took it releases it. */
  private final class Kept extends UnpooledUnsafeDirectByteBuf {

    private final ByteBuffer memory;
    private final ArrayDeque<ByteBuffer> owner;

    Kept(ByteBuffer memory, int maxCapacity, ArrayDeque<ByteBuffer> owner) {
      super(ReadBuffers.this, memory, maxCapacity);
      this.memory = memory;
      this.owner = owner;
      setIndex(0, 0);
    }

    @Override
    protected void deallocate() {
      super.deallocate();
      if (free.get() == owner && owner.size() < KEPT) {
        owner.addLast(memory.clear());
      }
    }
  }
}
