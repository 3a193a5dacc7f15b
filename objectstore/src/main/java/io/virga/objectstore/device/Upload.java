package io.virga.objectstore.device;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.log.DataSegment;
import io.virga.objectstore.log.DataSegments;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.Extent;
import io.virga.objectstore.record.ObjectPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The bytes of one object on their way to the device. Small ones are collected; others go out block
 * in runs of blocks into reserved extents, at most {@value #WRITES_IN_FLIGHT} at once, which is
 * also what the upload holds in memory. Calls are serial: the next one only when the last one's
 * future is done.
 *
 * <p>Open → {@link #finish} → Finished → {@link #close}; Open → {@link #close} at any time.
 */
public final class Upload implements AutoCloseable {

  private static final int WRITES_IN_FLIGHT = 2;

  private final DataSegments segments;
  private final Executor io;
  private final ExtentPlan plan;
  private final RunBuffers.Lease buffers;
  private final byte[] small;
  private final List<Extent> extents = new ArrayList<>();
  private final List<DataSegment> held = new ArrayList<>();
  private final ArrayDeque<CompletableFuture<Void>> inFlight = new ArrayDeque<>();
  private CompletableFuture<Void> writing = CompletableFuture.completedFuture(null);
  private volatile boolean closed;
  private long size;
  private int smallBytes;
  private OpenExtent current = OpenExtent.NONE;
  private ByteBuf run = Unpooled.EMPTY_BUFFER;
  private int runBytes;
  private long runOffset;

  Upload(
      DataSegments segments,
      Executor io,
      RunBuffers.Lease buffers,
      ObjectPath path,
      OptionalLong length,
      int inlineBytes) {
    this.buffers = buffers;
    this.small = new byte[(int) Math.min(inlineBytes, length.orElse(inlineBytes))];
    this.segments = segments;
    this.io = io;
    this.plan = new ExtentPlan(path, length, segments.maximumReservation());
  }

  /** How many bytes have come. */
  public long sizeBytes() {
    return size;
  }

  /**
   * Takes a chunk and releases it.
   *
   * @return done when the next chunk may come; fails with a {@link StoreFailure}
   */
  public CompletableFuture<Void> write(ByteBuf chunk) {
    size += chunk.readableBytes();
    if (current == OpenExtent.NONE && smallBytes + chunk.readableBytes() <= small.length) {
      int length = chunk.readableBytes();
      chunk.readBytes(small, smallBytes, length);
      smallBytes += length;
      chunk.release();
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> ready = CompletableFuture.completedFuture(null);
    if (smallBytes > 0) {
      ByteBuf collected = Unpooled.wrappedBuffer(small, 0, smallBytes);
      smallBytes = 0;
      ready = append(collected);
    }
    writing =
        ready.thenCompose(done -> append(chunk)).whenComplete((done, failure) -> chunk.release());
    return writing;
  }

  private CompletableFuture<Void> append(ByteBuf chunk) {
    while (chunk.isReadable()) {
      if (closed) {
        return CompletableFuture.failedFuture(new CancellationException("the upload was given up"));
      }
      if (current.isFull()) {
        return nextExtent().thenCompose(done -> append(chunk));
      }
      int room = current.roomInBlock();
      int length = Math.min(room, chunk.readableBytes());
      if (run.capacity() == 0) {
        beginRun();
      }
      run.writeBytes(chunk, length);
      current.filled(length);
      if (current.isBlockFull()) {
        current.endBlock(run);
      }
      if (run.readableBytes() == runBytes) {
        CompletableFuture<Void> ready = writeRun();
        if (!ready.isDone() || ready.isCompletedExceptionally()) {
          return ready.thenCompose(done -> append(chunk));
        }
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<Void> nextExtent() {
    closeExtent();
    long stored = plan.nextReservation(size);
    return segments
        .tryReserve(stored)
        .map(CompletableFuture::completedFuture)
        .orElseGet(() -> CompletableFuture.supplyAsync(() -> reserve(stored), io))
        .thenAccept(
            reservation -> {
              held.add(reservation.segment());
              current = plan.open(reservation, stored);
            });
  }

  private DataSegments.Reservation reserve(long stored) {
    try {
      return segments.reserve(stored);
    } catch (IOException e) {
      throw failure("no data segment could be made", e);
    }
  }

  private void beginRun() {
    runBytes = current.runBytes(buffers.blocks());
    run = buffers.take(runBytes);
    runOffset = current.beginRun(run);
  }

  /** Done when another run may be filled. */
  private CompletableFuture<Void> writeRun() {
    ByteBuf full = run;
    long offset = runOffset;
    run = Unpooled.EMPTY_BUFFER;
    DataSegment segment = current.segment();
    inFlight.add(CompletableFuture.runAsync(() -> write(segment, full, offset), io));
    return inFlight.size() < WRITES_IN_FLIGHT
        ? CompletableFuture.completedFuture(null)
        : inFlight.remove();
  }

  private void write(DataSegment segment, ByteBuf data, long offset) {
    try {
      ByteBuffer bytes = data.nioBuffer();
      segment.write(bytes, offset);
    } catch (IOException e) {
      throw failure("data could not be written", e);
    } finally {
      buffers.give(data);
    }
  }

  private void closeExtent() {
    if (current != OpenExtent.NONE && current.lengthBytes() > 0) {
      extents.add(current.toExtent());
    }
    current = OpenExtent.NONE;
  }

  /** All bytes have come: done when they have been written, though not yet made durable. */
  public CompletableFuture<Content> finish() {
    if (current == OpenExtent.NONE && extents.isEmpty()) {
      byte[] bytes = smallBytes == small.length ? small : Arrays.copyOf(small, smallBytes);
      return CompletableFuture.completedFuture(new Content.Inline(bytes));
    }
    if (run.capacity() > 0) {
      if (current.isInBlock()) {
        current.endBlock(run);
      }
      inFlight.add(writeRun());
    }
    closeExtent();
    return CompletableFuture.allOf(inFlight.toArray(CompletableFuture[]::new))
        .thenApply(done -> new Content.Extents(extents));
  }

  /**
   * Lets go of everything, as soon as no write uses it any more. Called once the content has been
   * committed, or to give up, even while a chunk is being written.
   */
  @Override
  public void close() {
    closed = true;
    writing.whenComplete(
        (done, failure) -> {
          run.release();
          run = Unpooled.EMPTY_BUFFER;
          CompletableFuture.allOf(inFlight.toArray(CompletableFuture[]::new))
              .whenComplete((all, failed) -> releaseAll());
        });
  }

  private void releaseAll() {
    buffers.close();
    held.forEach(DataSegment::release);
    held.clear();
  }

  private static StoreFailure failure(String message, IOException e) {
    return String.valueOf(e.getMessage()).contains("No space left")
        ? new StoreFailure.DeviceFull(message + ": no space is left")
        : new StoreFailure.DeviceError(message + ": " + e.getMessage(), e);
  }
}
