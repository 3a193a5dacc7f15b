package io.virga.control.image.upload;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.dataplane.desired.ImageMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts a raw disk into chunks of 1 MiB and keeps those that are not all zeros, one behind another
 * (docs/decisions/0003). Holds one chunk. Used by one thread at a time.
 */
final class ChunkPacker {

  private static final int CHUNK_BYTES = 1 << 20;
  private static final int PIECE_BYTES = 64 << 10;
  private static final int BLOCK_BYTES = 4096;
  private static final byte[] ZEROS = new byte[CHUNK_BYTES];

  private final List<Integer> chunks = new ArrayList<>();
  private byte[] chunk = new byte[CHUNK_BYTES];
  private int filledBytes;
  private int chunkIndex;
  private long sizeBytes;

  /** What the bytes complete: the packed data goes on with these buffers. */
  List<ByteBuf> accept(byte[] bytes) {
    List<ByteBuf> packed = new ArrayList<>();
    int from = 0;
    while (from < bytes.length) {
      int length = Math.min(bytes.length - from, CHUNK_BYTES - filledBytes);
      System.arraycopy(bytes, from, chunk, filledBytes, length);
      filledBytes += length;
      from += length;
      if (filledBytes == CHUNK_BYTES) {
        complete(packed);
      }
    }
    sizeBytes += bytes.length;
    return packed;
  }

  /** The rest: a chunk that is not whole is padded with zeros. */
  List<ByteBuf> finish() {
    List<ByteBuf> packed = new ArrayList<>();
    if (filledBytes > 0) {
      complete(packed);
    }
    return packed;
  }

  /** Where what has been packed lies; the size is rounded up to whole blocks. */
  ImageMap map() {
    long virtual = Math.ceilDiv(sizeBytes, (long) BLOCK_BYTES) * BLOCK_BYTES;
    return new ImageMap(1, virtual, CHUNK_BYTES, chunks);
  }

  private void complete(List<ByteBuf> packed) {
    if (!Arrays.equals(chunk, ZEROS)) {
      chunks.add(chunkIndex);
      for (int from = 0; from < CHUNK_BYTES; from += PIECE_BYTES) {
        packed.add(Unpooled.wrappedBuffer(chunk, from, PIECE_BYTES));
      }
      chunk = new byte[CHUNK_BYTES];
    }
    Arrays.fill(chunk, 0, filledBytes, (byte) 0);
    filledBytes = 0;
    chunkIndex++;
  }
}
