package io.virga.objectstore.record;

/**
 * A run of an object's bytes in a data segment: blocks of 64 KiB, each followed by its CRC32C.
 *
 * @param segment the data segment's number, never used again for another
 * @param id goes into every block's checksum, so that a block that is read for another extent's is
 *     seen to be wrong
 * @param offset where the first block begins in the segment
 * @param lengthBytes the object's bytes in it, without checksums
 */
public record Extent(long segment, long id, long offset, long lengthBytes) {

  /** What it takes up in the segment. */
  public long storedBytes() {
    return Block.storedBytes(lengthBytes);
  }
}
