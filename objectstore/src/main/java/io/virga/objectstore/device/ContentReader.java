package io.virga.objectstore.device;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.virga.dataplane.Invariant;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.log.DataSegment;
import io.virga.objectstore.log.DataSegments;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.Extent;
import io.virga.objectstore.record.ExtentHeader;
import io.virga.objectstore.record.ObjectPath;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** Reads the bytes of objects, checking every block. */
public final class ContentReader {

  private final DataSegments segments;
  private final Executor io;
  private final DeviceMetrics metrics;

  ContentReader(DataSegments segments, Executor io, DeviceMetrics metrics) {
    this.segments = segments;
    this.io = io;
    this.metrics = metrics;
  }

  /**
   * Opens content for reading; the segments are held until {@link Opened#close}, and until what is
   * being read then has been read.
   *
   * @param executor an event loop reads itself, without blocking, and gets the bytes; for any other
   *     executor threads of the device do
   * @return empty if the bytes have been moved since the content was looked up: look it up again
   */
  public Optional<Opened> open(Content content, Executor executor) {
    if (!(content instanceof Content.Extents(List<Extent> extents))) {
      return Optional.of(new Opened(content, Map.of(), executor));
    }
    Map<Long, DataSegment> held = new HashMap<>();
    for (Extent extent : extents) {
      if (!held.containsKey(extent.segment())) {
        Optional<DataSegment> segment = segments.hold(extent.segment());
        if (segment.isEmpty()) {
          held.values().forEach(DataSegment::release);
          return Optional.empty();
        }
        held.put(extent.segment(), segment.get());
      }
    }
    return Optional.of(new Opened(content, held, executor));
  }

  /** Content that stays where it is until it is closed. */
  public final class Opened implements AutoCloseable {

    private final Content content;
    private final Map<Long, DataSegment> held;
    private final Executor executor;
    private final AtomicInteger users = new AtomicInteger(1);
    private final AtomicBoolean closed = new AtomicBoolean();

    private Opened(Content content, Map<Long, DataSegment> held, Executor executor) {
      this.content = content;
      this.held = held;
      this.executor = executor;
    }

    /**
     * The bytes as one buffer, which the subscriber releases, if they are read at once; fails with
     * a {@link StoreFailure}. Subscribe once, before closing.
     */
    public Optional<Mono<ByteBuf>> whole(long offset, long length) {
      if (content instanceof Content.Inline(byte[] bytes)) {
        return Optional.of(
            Mono.fromSupplier(() -> Unpooled.wrappedBuffer(bytes, (int) offset, (int) length)));
      }
      if (content instanceof Content.Extents(List<Extent> extents)) {
        List<Piece> pieces = Piece.of(extents, offset, length);
        return pieces.size() == 1 ? Optional.of(only(pieces.getFirst())) : Optional.empty();
      }
      return Optional.empty();
    }

    /** A sink discards what comes when its subscriber has gone. */
    private Mono<ByteBuf> only(Piece piece) {
      return Mono.<ByteBuf>create(sink -> readOnRequest(piece, sink))
          .doOnDiscard(ByteBuf.class, ByteBuf::release);
    }

    /** On the first one: there may be more. */
    private void readOnRequest(Piece piece, MonoSink<ByteBuf> sink) {
      AtomicBoolean begun = new AtomicBoolean();
      sink.onRequest(
          wanted -> {
            if (begun.compareAndSet(false, true)) {
              readInto(sink, piece);
            }
          });
    }

    private void readInto(MonoSink<ByteBuf> sink, Piece piece) {
      read(piece)
          .whenComplete(
              (bytes, failure) -> {
                if (failure == null) {
                  sink.success(bytes);
                } else {
                  sink.error(failure);
                }
              });
    }

    /**
     * The bytes as buffers that the subscriber releases; fails with a {@link StoreFailure}.
     * Subscribe once, before closing. Each is read when it is asked for, so that it is still in the
     * processor's cache when it is used; the kernel has it in memory, since it reads ahead itself.
     */
    public Flux<ByteBuf> bytes(long offset, long length) {
      return content instanceof Content.Extents(List<Extent> extents)
          ? Flux.fromIterable(Piece.of(extents, offset, length)).concatMap(this::only, 1)
          : whole(offset, length)
              .map(Mono::flux)
              .orElseThrow(() -> new IllegalStateException("the content is not on this device"));
    }

    private CompletableFuture<ByteBuf> read(Piece piece) {
      CompletableFuture<ByteBuf> result = new CompletableFuture<>();
      if (users.getAndUpdate(n -> n == 0 ? 0 : n + 1) == 0) {
        result.completeExceptionally(new IllegalStateException("the content has been closed"));
        return result;
      }
      int length = piece.storedBytes();
      ByteBufAllocator buffers =
          executor instanceof EventLoop ? ReadBuffers.INSTANCE : ByteBufAllocator.DEFAULT;
      ByteBuf stored = buffers.directBuffer(length, length);
      fill(piece, stored)
          .whenComplete(
              (done, failure) -> {
                finish(piece, stored, failure, result);
                leave();
              });
      return result;
    }

    private CompletableFuture<Void> fill(Piece piece, ByteBuf stored) {
      DataSegment segment = segment(piece.extent());
      if (executor instanceof EventLoop loop) {
        return segment.read(stored, piece.storedOffset(), loop);
      }
      try {
        return CompletableFuture.runAsync(() -> block(segment, piece, stored), io);
      } catch (RejectedExecutionException e) {
        return CompletableFuture.failedFuture(e);
      }
    }

    private static void block(DataSegment segment, Piece piece, ByteBuf stored) {
      try {
        segment.read(stored.nioBuffer(0, stored.capacity()), piece.storedOffset());
        stored.writerIndex(stored.capacity());
      } catch (IOException e) {
        throw new CompletionException(e);
      }
    }

    private void finish(
        Piece piece,
        ByteBuf stored,
        @Nullable Throwable failure,
        CompletableFuture<ByteBuf> result) {
      if (failure != null) {
        stored.release();
        result.completeExceptionally(ContentReader.failure(failure));
        return;
      }
      metrics.read(stored.capacity());
      try {
        piece.check(stored);
      } catch (StoreFailure.DamagedData e) {
        stored.release();
        metrics.damaged();
        result.completeExceptionally(e);
        return;
      }
      result.complete(data(piece, stored));
    }

    /** Without the checksums, where it was read. */
    private ByteBuf data(Piece piece, ByteBuf stored) {
      if (piece.isOneBlock()) {
        return stored.setIndex(piece.skipBytes(), piece.skipBytes() + piece.lengthBytes());
      }
      DataSegment segment = segment(piece.extent());
      Invariant.check(segment.tryHold(), "what has been read is held");
      return new StoredBytes(piece, stored, segment);
    }

    /**
     * Checks what stands before the extents of an object. Blocks.
     *
     * @throws StoreFailure.DamagedData if it is not what was written
     */
    public void checkHeaders(ObjectPath path) {
      if (content instanceof Content.Extents(List<Extent> extents)) {
        for (Extent extent : extents) {
          checkHeader(extent, path);
        }
      }
    }

    /** What is in the journal has none: its checksum is all that tells good bytes from others. */
    private void checkHeader(Extent extent, ObjectPath path) {
      if (extent.isInJournal()) {
        return;
      }
      ByteBuffer header = ByteBuffer.allocate(ExtentHeader.storedBytes(path));
      try {
        segment(extent).read(header, extent.offset() - header.capacity());
      } catch (IOException e) {
        throw failure(e);
      }
      if (!ExtentHeader.isHeaderOf(header.flip(), extent, path)) {
        metrics.damaged();
        throw new StoreFailure.DamagedData(
            "the header of the extent at %d in data segment %d is damaged"
                .formatted(extent.offset(), extent.segment()));
      }
    }

    private DataSegment segment(Extent extent) {
      DataSegment segment = held.get(extent.segment());
      if (segment == null) {
        throw new IllegalStateException("a piece is of a held segment");
      }
      return segment;
    }

    private void leave() {
      if (users.decrementAndGet() == 0) {
        held.values().forEach(DataSegment::release);
      }
    }

    /** Lets go of the segments; again is without effect. */
    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        leave();
      }
    }
  }

  /** A segment that has been cut, or a sector that cannot be read, is damage like any other. */
  private static StoreFailure failure(Throwable e) {
    Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
    String text = String.valueOf(cause.getMessage());
    boolean unreadable = text.contains("Input/output error") || text.endsWith(": EIO");
    return cause instanceof EOFException || unreadable
        ? new StoreFailure.DamagedData("data cannot be read any more: " + text)
        : new StoreFailure.DeviceError("data could not be read: " + cause, cause);
  }
}
