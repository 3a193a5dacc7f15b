package io.virga.blockstore.contents;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import io.virga.blockstore.device.BlockDevice;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.engine.Pool;
import io.virga.blockstore.extent.Entry;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Reads a volume as it is at one moment, by a snapshot of its own that goes when the reading is
 * closed. Writers are not held up.
 */
public final class Reading {

  /** Snapshots of readings have names that begin so; none of control's does. */
  private static final String PREFIX = "reading.";

  private static final int CHUNK_BYTES = 1 << Entry.CHUNK_SHIFT;
  private static final int READ_AHEAD = 4;

  /** What is given out at once: an HTTP server takes 128 pieces ahead. */
  private static final int PIECE_BYTES = 64 << 10;

  private final Pool pool;
  private final String snapshot;
  private final long sizeBytes;

  private Reading(Pool pool, String snapshot, long sizeBytes) {
    this.pool = pool;
    this.snapshot = snapshot;
    this.sizeBytes = sizeBytes;
  }

  /** Whether a snapshot is that of a reading. */
  public static boolean isOf(VolumeKind kind, String name) {
    return kind == VolumeKind.SNAPSHOT && name.startsWith(PREFIX);
  }

  /** Begins to read a volume of the pool; empty if there is none of that name. */
  public static Mono<Reading> open(Pool pool, String volume) {
    return Mono.defer(
        () -> {
          String snapshot = PREFIX + UUID.randomUUID();
          return Mono.fromFuture(() -> pool.snapshot(snapshot, volume), true)
              .flatMap(
                  outcome ->
                      switch (outcome) {
                        case OK -> sizeOf(pool, snapshot);
                        case INVALID -> Mono.<Long>empty();
                        default -> Mono.error(failed("cannot take a snapshot", outcome));
                      })
              .map(size -> new Reading(pool, snapshot, size));
        });
  }

  private static Mono<Long> sizeOf(Pool pool, String snapshot) {
    return Mono.fromFuture(() -> pool.describe(VolumeKind.SNAPSHOT, snapshot))
        .flatMap(Mono::justOrEmpty)
        .map(info -> info.sizeBytes());
  }

  public long sizeBytes() {
    return sizeBytes;
  }

  /**
   * All chunks of 1 MiB that are not known to be zeros, ascending; each its number as 32 bits,
   * big-endian, and 1 MiB, zeros behind the volume's end. They come in pieces of at most 64 KiB,
   * which the receiver releases. Four chunks are read ahead.
   */
  public Flux<ByteBuf> chunks() {
    int count = Math.toIntExact(Math.ceilDiv(sizeBytes, (long) CHUNK_BYTES));
    return Flux.range(0, count)
        .flatMapSequential(this::chunk, READ_AHEAD, 1)
        .concatMapIterable(Reading::pieces, 1)
        .doOnDiscard(ByteBuf.class, ReferenceCountUtil::release);
  }

  /** Shares of the chunk, which is released with the last of them. */
  private static List<ByteBuf> pieces(ByteBuf chunk) {
    List<ByteBuf> pieces = new ArrayList<>();
    while (chunk.isReadable()) {
      pieces.add(chunk.readRetainedSlice(Math.min(PIECE_BYTES, chunk.readableBytes())));
    }
    chunk.release();
    return pieces;
  }

  private Mono<ByteBuf> chunk(int index) {
    return Mono.create(sink -> pool.loop().execute(() -> read(index, sink)));
  }

  private void read(int index, MonoSink<ByteBuf> sink) {
    Optional<BlockDevice> device = pool.device(VolumeKind.SNAPSHOT, snapshot);
    if (device.isEmpty()) {
      sink.error(new IOException("the reading was closed"));
      return;
    }
    long offset = (long) index << Entry.CHUNK_SHIFT;
    int length = (int) Math.min(CHUNK_BYTES, sizeBytes - offset);
    if (isZeros(device.get(), offset, length)) {
      sink.success();
      return;
    }
    ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer(Integer.BYTES + CHUNK_BYTES);
    buffer.writeInt(index);
    ByteBuf target = buffer.slice(Integer.BYTES, length).clear();
    device
        .get()
        .read(
            offset,
            target,
            outcome -> {
              if (outcome == Outcome.OK) {
                buffer.setZero(Integer.BYTES + length, CHUNK_BYTES - length);
                sink.success(buffer.writerIndex(Integer.BYTES + CHUNK_BYTES));
              } else {
                buffer.release();
                sink.error(failed("cannot read at " + offset, outcome));
              }
            });
  }

  private static boolean isZeros(BlockDevice device, long offset, int length) {
    boolean[] data = {false};
    long[] seen = {0};
    device.describe(
        offset,
        length,
        (runLength, allocated, zero) -> {
          data[0] |= !zero;
          seen[0] += runLength;
          return zero && seen[0] < length;
        });
    return !data[0];
  }

  /** Removes the snapshot. */
  public Mono<Void> close() {
    return remove(pool, snapshot);
  }

  /** Removes what readings that a crash has ended have left. */
  public static Mono<Void> removeLeftovers(Pool pool) {
    return Mono.fromFuture(pool::list)
        .flatMapIterable(all -> all)
        .filter(info -> isOf(info.kind(), info.name()))
        .concatMap(info -> remove(pool, info.name()))
        .then();
  }

  private static Mono<Void> remove(Pool pool, String snapshot) {
    return Mono.fromFuture(() -> pool.delete(VolumeKind.SNAPSHOT, snapshot), true)
        .flatMap(
            outcome ->
                outcome == Outcome.OK
                    ? Mono.<Void>empty()
                    : Mono.error(failed("cannot remove " + snapshot, outcome)));
  }

  private static IOException failed(String what, Outcome outcome) {
    return new IOException(what + ": " + outcome);
  }
}
