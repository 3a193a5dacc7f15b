package io.virga.objectstore.index;

/** A place in the journal: everything before it. Ordered by segment, then offset. */
public record JournalPosition(long segment, long offset) implements Comparable<JournalPosition> {

  /** The beginning of an empty journal. */
  public static final JournalPosition START = new JournalPosition(0, 0);

  @Override
  public int compareTo(JournalPosition other) {
    int bySegment = Long.compare(segment, other.segment);
    return bySegment != 0 ? bySegment : Long.compare(offset, other.offset);
  }
}
