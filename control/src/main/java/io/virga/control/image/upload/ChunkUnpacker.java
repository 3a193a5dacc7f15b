package io.virga.control.image.upload;

import io.netty.buffer.ByteBuf;
import io.virga.control.fault.ApiFault;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import reactor.core.publisher.Flux;

/**
 * Puts a raw disk together again of its chunks of 1 MiB that are not all zeros: the reverse of
 * {@link ChunkPacker}. The zeros between are one array, over and over. Used by one thread at a
 * time.
 */
public final class ChunkUnpacker {

  private static final int CHUNK_BYTES = 1 << 20;

  /** The most that is given out at once: who sends it takes over a hundred pieces ahead. */
  static final int PIECE_BYTES = 64 << 10;

  private static final byte[] ZEROS = new byte[PIECE_BYTES];

  private final long sizeBytes;
  private final Numbers numbers;
  private long position;
  private int leftInChunk;

  private ChunkUnpacker(long sizeBytes, Numbers numbers) {
    this.sizeBytes = sizeBytes;
    this.numbers = numbers;
  }

  /** Where the number of the next chunk is from. */
  @FunctionalInterface
  private interface Numbers {

    /** The number, or -1 if more bytes have to come first. */
    long next(ByteBuf bytes);
  }

  /** The disk whose chunks of these numbers, in this order, are the packed bytes. */
  public static Flux<byte[]> of(long sizeBytes, List<Integer> chunks, Flux<ByteBuf> packed) {
    return Flux.defer(
        () -> {
          Iterator<Integer> next = chunks.iterator();
          return new ChunkUnpacker(
                  sizeBytes,
                  bytes -> {
                    if (!next.hasNext()) {
                      throw damaged("more chunks than in its map");
                    }
                    return next.next();
                  })
              .unpack(packed);
        });
  }

  /** The disk of which each chunk has its number, 32 bits big-endian, before it. */
  public static Flux<byte[]> ofNumbered(long sizeBytes, Flux<ByteBuf> packed) {
    return Flux.defer(() -> new ChunkUnpacker(sizeBytes, new Headers()).unpack(packed));
  }

  private Flux<byte[]> unpack(Flux<ByteBuf> packed) {
    return packed
        .concatMapIterable(this::accept, 1)
        .concatWith(Flux.defer(() -> Flux.fromIterable(finish())));
  }

  /** What the bytes, which are released, make. */
  private Iterable<byte[]> accept(ByteBuf bytes) {
    try {
      List<Run> made = new ArrayList<>();
      while (bytes.isReadable()) {
        if (leftInChunk == 0) {
          long number = numbers.next(bytes);
          if (number < 0) {
            break;
          }
          begin(number, made);
        }
        byte[] piece =
            new byte[Math.min(PIECE_BYTES, Math.min(leftInChunk, bytes.readableBytes()))];
        bytes.readBytes(piece);
        leftInChunk -= piece.length;
        put(piece, made);
      }
      return inTurn(made);
    } finally {
      bytes.release();
    }
  }

  private void begin(long number, List<Run> made) {
    long offset = number * CHUNK_BYTES;
    if (offset < position || offset >= sizeBytes) {
      throw damaged("chunk " + number + " out of its place");
    }
    zerosTo(offset, made);
    leftInChunk = CHUNK_BYTES;
  }

  /** What is behind the disk's end is padding. */
  private void put(byte[] piece, List<Run> made) {
    int length = (int) Math.min(piece.length, sizeBytes - position);
    if (length > 0) {
      made.add(new Run(length == piece.length ? piece : Arrays.copyOf(piece, length), 1));
      position += length;
    }
  }

  private void zerosTo(long offset, List<Run> made) {
    long length = offset - position;
    if (length >= PIECE_BYTES) {
      made.add(new Run(ZEROS, length / PIECE_BYTES));
    }
    if (length % PIECE_BYTES > 0) {
      made.add(new Run(new byte[(int) (length % PIECE_BYTES)], 1));
    }
    position = offset;
  }

  /** The same piece, so many times. */
  private record Run(byte[] piece, long times) {}

  private static Iterable<byte[]> inTurn(List<Run> runs) {
    return () -> new InTurn(runs.iterator());
  }

  private Iterable<byte[]> finish() {
    if (leftInChunk > 0) {
      throw damaged("it ends within a chunk");
    }
    List<Run> made = new ArrayList<>();
    zerosTo(sizeBytes, made);
    return inTurn(made);
  }

  private static ApiFault damaged(String how) {
    return ApiFault.unavailable("What a disk's contents are cannot be read: " + how + ".");
  }

  /** Numbers before the chunks. */
  private static final class Headers implements Numbers {

    private int seen;
    private int number;

    @Override
    public long next(ByteBuf bytes) {
      while (seen < Integer.BYTES && bytes.isReadable()) {
        number = number << Byte.SIZE | bytes.readUnsignedByte();
        seen++;
      }
      if (seen < Integer.BYTES) {
        return -1;
      }
      seen = 0;
      return Integer.toUnsignedLong(number);
    }
  }

  /** All pieces of runs, as they are asked for: there may be millions of zeros. */
  private static final class InTurn implements Iterator<byte[]> {

    private final Iterator<Run> runs;
    private byte[] piece = ZEROS;
    private long left;

    InTurn(Iterator<Run> runs) {
      this.runs = runs;
    }

    @Override
    public boolean hasNext() {
      return left > 0 || runs.hasNext();
    }

    @Override
    public byte[] next() {
      if (left == 0) {
        Run run = runs.next();
        piece = run.piece();
        left = run.times();
      }
      left--;
      return piece;
    }
  }
}
