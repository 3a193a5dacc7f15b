package io.virga.objectstore.record;

/**
 * A run of an object's bytes in a segment: blocks of 64 KiB, each followed by its CRC32C. In the
 * journal it stands in the frame that wrote the object's row, else behind an {@link ExtentHeader}.
 *
 * @param segment the data segment's number, or below zero that of the journal's; never used again
 *     for another
 * @param id goes into every block's checksum, so that a block that is read for another extent's is
 *     seen to be wrong
 * @param offset where the first block begins in the segment
 * @param lengthBytes the object's bytes in it, without checksums
 */
public record Extent(long segment, long id, long offset, long lengthBytes) {

  /** An extent of a single block in a segment of the journal. */
  public static Extent inJournal(long journalSegment, long id, long offset, int lengthBytes) {
    return new Extent(-journalSegment, id, offset, lengthBytes);
  }

  public boolean isInJournal() {
    return segment < 0;
  }

  /** The segment as messages name it. */
  public String segmentName() {
    return isInJournal() ? "journal segment " + -segment : "data segment " + segment;
  }

  /** What it takes up in the segment. */
  public long storedBytes() {
    return Block.storedBytes(lengthBytes);
  }
}
