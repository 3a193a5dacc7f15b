package io.virga.objectstore.device;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.log.DataSegment;
import io.virga.objectstore.log.DataSegments;
import io.virga.objectstore.record.Block;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.Extent;
import io.virga.objectstore.record.ExtentHeader;
import io.virga.objectstore.record.ObjectPath;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import reactor.core.publisher.Flux;

/** Reads the bytes of objects, checking every block. */
public final class ContentReader {

  private static final int BLOCKS_AT_ONCE = 4;

  private final DataSegments segments;
  private final Executor io;
  private final DeviceMetrics metrics;

  ContentReader(DataSegments segments, Executor io, DeviceMetrics metrics) {
    this.segments = segments;
    this.io = io;
    this.metrics = metrics;
  }

  /** Blocks of an extent that are read at once, and what of their data is wanted. */
  private record Piece(Extent extent, long firstBlock, int skipBytes, int lengthBytes) {}

  /**
   * Opens content for reading; the segments are held until the flux ends or {@link Opened#close}.
   *
   * @return empty if the bytes have been moved since the content was looked up: look it up again
   */
  public Optional<Opened> open(Content content) {
    if (!(content instanceof Content.Extents(List<Extent> extents))) {
      return Optional.of(new Opened(content, Map.of()));
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
    return Optional.of(new Opened(content, held));
  }

  /** Content that stays where it is until it is closed. */
  public final class Opened implements AutoCloseable {

    private final Content content;
    private final Map<Long, DataSegment> held;
    private boolean closed;

    private Opened(Content content, Map<Long, DataSegment> held) {
      this.content = content;
      this.held = held;
    }

    /** The bytes, if they are inline: a buffer that the caller releases. */
    public Optional<ByteBuf> inline(long offset, long length) {
      return content instanceof Content.Inline(byte[] bytes)
          ? Optional.of(Unpooled.wrappedBuffer(bytes, (int) offset, (int) length))
          : Optional.empty();
    }

    /**
     * The bytes as buffers that the subscriber releases; fails with a {@link StoreFailure}.
     * Subscribe once, before closing.
     */
    public Flux<ByteBuf> bytes(long offset, long length) {
      Optional<ByteBuf> inline = inline(offset, length);
      if (inline.isPresent()) {
        return Flux.just(inline.get());
      }
      return Flux.defer(() -> ReadAhead.of(pieces(offset, length), this::read));
    }

    private CompletableFuture<ByteBuf> read(Piece piece) {
      CompletableFuture<ByteBuf> future = new CompletableFuture<>();
      io.execute(
          () -> {
            try {
              future.complete(readPiece(piece));
            } catch (IOException e) {
              future.completeExceptionally(failure(e));
            } catch (RuntimeException e) {
              future.completeExceptionally(e);
            }
          });
      return future;
    }

    private ByteBuf readPiece(Piece piece) throws IOException {
      Extent extent = piece.extent();
      DataSegment segment = segment(extent);
      long dataStart = piece.firstBlock() * Block.DATA_BYTES;
      long end = dataStart + piece.skipBytes() + piece.lengthBytes();
      long wholeEnd = Math.min(extent.lengthBytes(), roundUp(end));
      int stored = (int) Block.storedBytes(wholeEnd - dataStart);
      ByteBuf raw = ByteBufAllocator.DEFAULT.directBuffer(stored);
      try {
        ByteBuffer space = raw.nioBuffer(0, stored);
        segment.read(space, extent.offset() + piece.firstBlock() * Block.STORED_BYTES);
        raw.writerIndex(stored);
        metrics.read(stored);
        return checked(raw, piece, (int) (wholeEnd - dataStart));
      } finally {
        raw.release();
      }
    }

    /** Cuts the checksums out: blocks are moved together within the buffer. */
    private ByteBuf checked(ByteBuf raw, Piece piece, int dataBytes) {
      Extent extent = piece.extent();
      int target = 0;
      for (int index = 0; index * Block.DATA_BYTES < dataBytes; index++) {
        int start = index * Block.STORED_BYTES;
        int length = Math.min(Block.DATA_BYTES, dataBytes - index * Block.DATA_BYTES);
        long number = piece.firstBlock() + index;
        int expected = raw.getInt(start + length);
        if (Block.checksum(extent.id(), number, raw.nioBuffer(start, length)) != expected) {
          metrics.damaged();
          throw new StoreFailure.DamagedData(
              "block "
                  + number
                  + " of the extent at "
                  + extent.offset()
                  + " in "
                  + extent.segmentName()
                  + " is damaged");
        }
        if (target != start) {
          raw.setBytes(target, raw.nioBuffer(start, length));
        }
        target += length;
      }
      return raw.retainedSlice(piece.skipBytes(), piece.lengthBytes());
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

    /** Lets go of the segments; again is without effect. */
    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        held.values().forEach(DataSegment::release);
      }
    }

    private List<Piece> pieces(long offset, long length) {
      List<Piece> pieces = new ArrayList<>();
      long extentStart = 0;
      long end = offset + length;
      for (Extent extent : ((Content.Extents) content).extents()) {
        long from = Math.max(offset, extentStart) - extentStart;
        long to = Math.min(end, extentStart + extent.lengthBytes()) - extentStart;
        while (from < to) {
          long first = from / Block.DATA_BYTES;
          int skip = (int) (from % Block.DATA_BYTES);
          long upTo = Math.min(to, (first + BLOCKS_AT_ONCE) * Block.DATA_BYTES);
          pieces.add(new Piece(extent, first, skip, (int) (upTo - from)));
          from = upTo;
        }
        extentStart += extent.lengthBytes();
      }
      return pieces;
    }
  }

  /** A segment that has been cut, or a sector that cannot be read, is damage like any other. */
  private static StoreFailure failure(IOException e) {
    boolean unreadable = String.valueOf(e.getMessage()).contains("Input/output error");
    return e instanceof EOFException || unreadable
        ? new StoreFailure.DamagedData("data cannot be read any more: " + e.getMessage())
        : new StoreFailure.DeviceError("data could not be read: " + e, e);
  }

  private static long roundUp(long bytes) {
    return Math.ceilDiv(bytes, (long) Block.DATA_BYTES) * Block.DATA_BYTES;
  }
}
