package io.virga.dataplane.file;

import io.netty.buffer.ByteBuf;
import io.netty.channel.uring.IoUringIoOps;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** One operation on the ring, submitted again until all of its bytes are done. */
abstract sealed class RingOperation {

  private static final byte IORING_OP_FSYNC = 3;
  private static final byte IORING_OP_READ = 22;
  private static final byte IORING_OP_WRITE = 23;
  private static final int IORING_FSYNC_DATASYNC = 1;

  final RingFile file;

  private RingOperation(RingFile file) {
    this.file = file;
  }

  /** The submission; its completion is told by the slot. */
  abstract IoUringIoOps submission(short slot);

  /** Takes a result that is no error; true when the operation is to be submitted again. */
  abstract boolean advance(int result);

  abstract void succeed();

  abstract void fail(IOException failure);

  /** Bytes to move between memory and the file. */
  private record Span(long offset, long address, int length) {

    static final Span NONE = new Span(0, 0, 0);
  }

  private IoUringIoOps operation(byte opcode, Span span, int flags, short slot) {
    return new IoUringIoOps(
        opcode,
        (byte) 0,
        (short) 0,
        file.descriptor(),
        span.offset(),
        span.address(),
        span.length(),
        flags,
        (long) slot,
        (short) 0,
        (short) 0,
        0,
        0L);
  }

  /** The address of bytes that lie in one piece outside the heap. */
  private static long address(ByteBuf direct, int index, int length) {
    return direct.hasMemoryAddress()
        ? direct.memoryAddress() + index
        : MemorySegment.ofBuffer(direct.internalNioBuffer(index, length)).address();
  }

  /** Whether the kernel can reach the bytes where they lie. */
  static boolean isReachable(ByteBuf buffer) {
    return buffer.hasMemoryAddress() || (buffer.isDirect() && buffer.nioBufferCount() == 1);
  }

  static final class Read extends RingOperation {
    private final long offset;
    private final ByteBuf target;
    private final ByteBuf memory;
    private final long address;
    private final int length;
    private final Promise<Integer> promise;
    private int done;

    /** Reads into the target's writable bytes, by way of other memory where need be. */
    Read(RingFile file, long offset, ByteBuf target, int length, Promise<Integer> promise) {
      super(file);
      this.offset = offset;
      this.target = target;
      this.length = length;
      this.promise = promise;
      if (length < 0 || length > target.writableBytes()) {
        throw new IndexOutOfBoundsException(
            "cannot read %d bytes into %d".formatted(length, target.writableBytes()));
      }
      this.memory = isReachable(target) ? target : file.allocator().directBuffer(length);
      this.address = address(memory, memory.writerIndex(), length);
    }

    @Override
    IoUringIoOps submission(short slot) {
      return super.operation(
          IORING_OP_READ, new Span(offset + done, address + done, length - done), 0, slot);
    }

    @Override
    boolean advance(int result) {
      done += result;
      return result > 0 && done < length;
    }

    @Override
    void succeed() {
      memory.writerIndex(memory.writerIndex() + done);
      if (memory != target) {
        target.writeBytes(memory);
        memory.release();
      }
      promise.setSuccess(done);
    }

    @Override
    void fail(IOException failure) {
      if (memory != target) {
        memory.release();
      }
      promise.setFailure(failure);
    }
  }

  static final class Write extends RingOperation {
    private final long offset;
    private final ByteBuf source;
    private final ByteBuf memory;
    private final long address;
    private final int length;
    private final Promise<Void> promise;
    private int done;

    Write(RingFile file, long offset, ByteBuf source, Promise<Void> promise) {
      super(file);
      this.offset = offset;
      this.source = source;
      this.length = source.readableBytes();
      this.promise = promise;
      this.memory =
          isReachable(source)
              ? source
              : file.allocator()
                  .directBuffer(length)
                  .writeBytes(source, source.readerIndex(), length);
      this.address = address(memory, memory.readerIndex(), length);
    }

    @Override
    IoUringIoOps submission(short slot) {
      return super.operation(
          IORING_OP_WRITE, new Span(offset + done, address + done, length - done), 0, slot);
    }

    @Override
    boolean advance(int result) {
      done += result;
      return result > 0 && done < length;
    }

    @Override
    void succeed() {
      if (done < length) {
        fail(new IOException(file.path() + ": EIO (only " + done + " bytes were written)"));
        return;
      }
      releaseMemory();
      promise.setSuccess(null);
    }

    @Override
    void fail(IOException failure) {
      releaseMemory();
      promise.setFailure(failure);
    }

    private void releaseMemory() {
      if (memory != source) {
        memory.release();
      }
    }
  }

  static final class DataSync extends RingOperation {
    private final Promise<Void> promise;

    DataSync(RingFile file, Promise<Void> promise) {
      super(file);
      this.promise = promise;
    }

    @Override
    IoUringIoOps submission(short slot) {
      return super.operation(IORING_OP_FSYNC, Span.NONE, IORING_FSYNC_DATASYNC, slot);
    }

    @Override
    boolean advance(int result) {
      return false;
    }

    @Override
    void succeed() {
      promise.setSuccess(null);
    }

    @Override
    void fail(IOException failure) {
      promise.setFailure(failure);
    }
  }
}
