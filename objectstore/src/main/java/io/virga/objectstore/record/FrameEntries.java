package io.virga.objectstore.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The entries of a journal frame. The bytes of a small object stand only there: the index gets a
 * row that names the place, the same when it is written as when the journal is replayed.
 */
public final class FrameEntries {

  /**
   * Bytes that are not more stay in the row. With more of them, and a row and a listing to each,
   * over half of a full journal segment is bytes of objects: else the compactor would move them at
   * once.
   */
  public static final int MAXIMUM_ROW_BYTES = 1024;

  private final List<Entry> entries = new ArrayList<>();
  private final List<Integer> ends = new ArrayList<>();

  private FrameEntries() {}

  private void add(Entry entry, int end) {
    entries.add(entry);
    ends.add(end);
  }

  /**
   * Appends the payload of a frame to a writer that is empty.
   *
   * @param ids gives an extent's id that no other has
   */
  public static FrameEntries write(List<Entry> entries, LongSupplier ids, BinaryWriter out) {
    FrameEntries written = new FrameEntries();
    for (Entry entry : entries) {
      Entry framed = framed(entry, ids);
      Entry.write(framed, out);
      written.add(framed, out.size());
    }
    return written;
  }

  private static Entry framed(Entry entry, LongSupplier ids) {
    return entry instanceof Entry.PutObject(ObjectRow row)
            && row.content() instanceof Content.Inline(byte[] bytes)
            && bytes.length > MAXIMUM_ROW_BYTES
        ? new Entry.PutObject(row.withContent(new Content.Framed(ids.getAsLong(), bytes)))
        : entry;
  }

  /** Reads all entries of a frame, empty if the payload is something else. */
  public static Optional<FrameEntries> read(byte[] payload) {
    BinaryReader in = new BinaryReader(payload);
    FrameEntries read = new FrameEntries();
    while (in.hasMore()) {
      Optional<Entry> entry = Entry.read(in);
      if (entry.isEmpty() || in.isMalformed()) {
        return Optional.empty();
      }
      read.add(entry.get(), in.position());
    }
    return in.isMalformed() ? Optional.empty() : Optional.of(read);
  }

  /**
   * The entries as the index takes them.
   *
   * @param segment the journal segment that has the frame
   * @param offset where in it the payload begins
   */
  public List<Entry> placed(long segment, long offset) {
    List<Entry> placed = new ArrayList<>(entries.size());
    for (int i = 0; i < entries.size(); i++) {
      placed.add(placed(entries.get(i), segment, offset + ends.get(i)));
    }
    return placed;
  }

  private static Entry placed(Entry entry, long segment, long end) {
    if (entry instanceof Entry.PutObject(ObjectRow row)
        && row.content() instanceof Content.Framed(long id, byte[] bytes)) {
      long offset = end - Block.CHECKSUM_BYTES - bytes.length;
      Extent extent = Extent.inJournal(segment, id, offset, bytes.length);
      return new Entry.PutObject(row.withContent(new Content.Extents(List.of(extent))));
    }
    return entry;
  }
}
