package io.virga.dataplane.digest;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A stream whose blocks share lanes with those of others. It takes up to {@value #WAITING_BYTES}
 * ahead of the digest, so that many blocks can be worked off at once.
 *
 * <p>{@link #update} and {@link #finish} run on the caller's thread and hand over; all else is the
 * scheduler's.
 */
final class LaneStream implements Md5Stream {

  static final int WAITING_BYTES = 128 * 1024;

  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);
  private static final int LENGTH_OFFSET = Md5Block.BYTES - Long.BYTES;

  private final LaneScheduler scheduler;
  private final Runnable onClose;
  private final AtomicInteger waitingBytes = new AtomicInteger();

  private final int[] state = Md5Block.initialState();
  private final Deque<Input> inputs = new ArrayDeque<>();
  private final ByteBuffer carry =
      ByteBuffer.allocate(Md5Block.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final int[] carriedWords = new int[Md5Block.WORDS];
  private long lengthBytes;
  private boolean ready;
  private Optional<Throwable> failure = Optional.empty();

  /**
   * What was handed over.
   *
   * @param done once it is digested
   */
  record Input(LaneStream stream, ByteBuf bytes, int sizeBytes, CompletableFuture<Void> done) {}

  LaneStream(LaneScheduler scheduler, Runnable onClose) {
    this.scheduler = scheduler;
    this.onClose = onClose;
  }

  @Override
  public CompletableFuture<Void> update(ByteBuf bytes) {
    int size = bytes.readableBytes();
    boolean isRoom = waitingBytes.addAndGet(size) <= WAITING_BYTES;
    CompletableFuture<Void> done = isRoom ? DONE : new CompletableFuture<>();
    return scheduler.submit(new Input(this, offHeap(bytes), size, done)) ? done : refused();
  }

  @Override
  public CompletableFuture<byte[]> finish() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    return scheduler.submit(new Input(this, Unpooled.EMPTY_BUFFER, 0, done))
        ? done.thenApply(last -> digest())
        : refused();
  }

  private static <T> CompletableFuture<T> refused() {
    return CompletableFuture.failedFuture(LaneScheduler.ended());
  }

  private static ByteBuf offHeap(ByteBuf bytes) {
    if (bytes.hasMemoryAddress()) {
      return bytes;
    }
    try {
      return ByteBufAllocator.DEFAULT.directBuffer(bytes.readableBytes()).writeBytes(bytes);
    } finally {
      bytes.release();
    }
  }

  /** Notes what came; true if the stream had nothing to do before. */
  boolean accept(Input input) {
    inputs.add(input);
    if (failure.isPresent()) {
      fail(failure.get());
      return false;
    }
    boolean isNew = !ready;
    ready = true;
    return isNew;
  }

  /** Nothing is left to do until more comes. */
  void rest() {
    ready = false;
  }

  /**
   * How many whole blocks lie at {@link #address}. Zero if no whole block is left; what it lets go
   * of on the way is told to the scheduler.
   */
  int blocks() {
    while (!inputs.isEmpty()) {
      ByteBuf bytes = inputs.getFirst().bytes();
      if (carry.position() > 0 || bytes.readableBytes() < Md5Block.BYTES) {
        carry(bytes);
      }
      if (bytes.readableBytes() >= Md5Block.BYTES) {
        return bytes.readableBytes() / Md5Block.BYTES;
      }
      if (!bytes.isReadable()) {
        scheduler.digested(inputs.removeFirst());
      }
    }
    return 0;
  }

  /** Fills the block that lies across inputs, and compresses it when it is whole. */
  private void carry(ByteBuf bytes) {
    int length = Math.min(carry.remaining(), bytes.readableBytes());
    carry.limit(carry.position() + length);
    bytes.readBytes(carry);
    carry.limit(Md5Block.BYTES);
    lengthBytes += length;
    if (!carry.hasRemaining()) {
      compressCarry();
    }
  }

  private void compressCarry() {
    carry.clear().asIntBuffer().get(carriedWords);
    Md5Block.compress(state, carriedWords, 0);
  }

  /** Where whole blocks begin, after {@link #blocks} found some. */
  long address() {
    ByteBuf bytes = inputs.getFirst().bytes();
    return bytes.memoryAddress() + bytes.readerIndex();
  }

  int[] state() {
    return state;
  }

  /** So many blocks at the address are in the state now. */
  void advance(int blocks) {
    int length = blocks * Md5Block.BYTES;
    inputs.getFirst().bytes().skipBytes(length);
    lengthBytes += length;
  }

  /** What was handed over is let go of: there is room for more. */
  void letGo(Input input) {
    input.bytes().release();
    waitingBytes.addAndGet(-input.sizeBytes());
  }

  /** Gives up all that waits, and all that comes: there is no digest without it. */
  void fail(Throwable cause) {
    failure = Optional.of(cause);
    while (!inputs.isEmpty()) {
      Input input = inputs.removeFirst();
      letGo(input);
      input.done().completeExceptionally(cause);
    }
  }

  /** RFC 1321 §3.1 and §3.2: a one, zeros, the length in bits. */
  private byte[] digest() {
    carry.put((byte) 0x80);
    if (carry.position() > LENGTH_OFFSET) {
      padTo(Md5Block.BYTES);
      compressCarry();
    }
    padTo(LENGTH_OFFSET);
    carry.putLong(lengthBytes * Byte.SIZE);
    compressCarry();
    ByteBuffer digest = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    digest.asIntBuffer().put(state);
    return digest.array();
  }

  private void padTo(int position) {
    while (carry.position() < position) {
      carry.put((byte) 0);
    }
  }

  @Override
  public void close() {
    onClose.run();
  }
}
