package io.virga.objectstore.device;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.record.Block;
import io.virga.objectstore.record.Extent;
import java.util.ArrayList;
import java.util.List;

/** Blocks of an extent that are read at once, and what of their data is wanted. */
record Piece(Extent extent, long firstBlock, int skipBytes, int lengthBytes) {

  /**
   * What is read at once, so that what was read is still in the processor's cache when it is
   * checked and sent.
   */
  static final int BLOCKS = 4;

  /** The longest piece, with its checksums. */
  static final int MAXIMUM_STORED_BYTES = BLOCKS * Block.STORED_BYTES;

  /** The pieces of a range of what the extents hold. */
  static List<Piece> of(List<Extent> extents, long offset, long length) {
    List<Piece> pieces = new ArrayList<>();
    long extentStart = 0;
    long end = offset + length;
    for (Extent extent : extents) {
      long from = Math.max(offset, extentStart) - extentStart;
      long to = Math.min(end, extentStart + extent.lengthBytes()) - extentStart;
      while (from < to) {
        long first = from / Block.DATA_BYTES;
        int skip = (int) (from % Block.DATA_BYTES);
        long upTo = Math.min(to, (first + BLOCKS) * Block.DATA_BYTES);
        pieces.add(new Piece(extent, first, skip, (int) (upTo - from)));
        from = upTo;
      }
      extentStart += extent.lengthBytes();
    }
    return pieces;
  }

  /** Where its blocks begin in the segment. */
  long storedOffset() {
    return extent.offset() + firstBlock * Block.STORED_BYTES;
  }

  /** How long its blocks are, with their checksums. */
  int storedBytes() {
    return (int) Block.storedBytes(dataBytes());
  }

  /** Whether there are no checksums between what is wanted. */
  boolean isOneBlock() {
    return skipBytes + lengthBytes <= Block.DATA_BYTES;
  }

  /** The data of its blocks: a checksum is of a whole block. */
  private int dataBytes() {
    long start = firstBlock * Block.DATA_BYTES;
    long end = Math.ceilDiv(start + skipBytes + lengthBytes, (long) Block.DATA_BYTES);
    return (int) (Math.min(extent.lengthBytes(), end * Block.DATA_BYTES) - start);
  }

  /**
   * Checks the blocks.
   *
   * @param stored the blocks with their checksums
   * @throws StoreFailure.DamagedData if they are not what was written
   */
  void check(ByteBuf stored) {
    int dataBytes = dataBytes();
    int blocks = Math.ceilDiv(dataBytes, Block.DATA_BYTES);
    for (int index = 0; index < blocks; index++) {
      check(stored, index, Math.min(Block.DATA_BYTES, dataBytes - index * Block.DATA_BYTES));
    }
  }

  private void check(ByteBuf stored, int index, int length) {
    int start = index * Block.STORED_BYTES;
    long number = firstBlock + index;
    int expected = stored.getInt(start + length);
    if (Block.checksum(extent.id(), number, stored.nioBuffer(start, length)) != expected) {
      throw new StoreFailure.DamagedData(
          "block %d of the extent at %d in %s is damaged"
              .formatted(number, extent.offset(), extent.segmentName()));
    }
  }
}
