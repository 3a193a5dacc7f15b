package io.virga.objectstore.log;

import io.virga.objectstore.index.JournalPosition;
import io.virga.objectstore.record.Frame;
import io.virga.objectstore.record.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads the journal from a position to its end. The end is the first place without a whole frame;
 * it is a tail torn by a crash, and is cut, unless a later frame or segment says that the place had
 * been durable: then the journal is damaged, and that is an error.
 */
public final class JournalReplay {

  private final Path directory;

  public JournalReplay(Path directory) {
    this.directory = directory;
  }

  /** Takes the frames in order. */
  public interface Sink {
    void accept(Frame frame, JournalPosition end);
  }

  /**
   * Replays.
   *
   * @return where the valid frames end; behind the last segment's number if it holds none
   * @throws IOException if the journal is damaged or cannot be read
   */
  public JournalPosition run(JournalPosition from, Sink sink) throws IOException {
    List<Long> numbers = SegmentNames.list(directory, SegmentNames.JOURNAL);
    JournalPosition end = from;
    if (from.segment() > 0 && !numbers.contains(from.segment())) {
      throw new IOException("the journal segment " + from.segment() + " is missing");
    }
    for (int i = 0; i < numbers.size(); i++) {
      long number = numbers.get(i);
      if (number < from.segment()) {
        continue;
      }
      OptionalLong next =
          i + 1 < numbers.size() ? OptionalLong.of(numbers.get(i + 1)) : OptionalLong.empty();
      long start =
          number == from.segment() && from.offset() > 0
              ? from.offset()
              : SegmentHeader.STORED_BYTES;
      end = replaySegment(number, start, next, sink);
    }
    return end;
  }

  /**
   * Reads all segments from the first that a replay needs to before the one that is being written.
   *
   * @throws IOException if one is damaged or cannot be read
   */
  public void check(long first, long current) throws IOException {
    List<Long> numbers =
        SegmentNames.list(directory, SegmentNames.JOURNAL).stream()
            .filter(number -> number >= first)
            .toList();
    for (int i = 0; i + 1 < numbers.size() && numbers.get(i) < current; i++) {
      OptionalLong next = OptionalLong.of(numbers.get(i + 1));
      replaySegment(numbers.get(i), SegmentHeader.STORED_BYTES, next, (frame, end) -> {});
    }
  }

  private JournalPosition replaySegment(long number, long start, OptionalLong next, Sink sink)
      throws IOException {
    Path path = SegmentNames.path(directory, number, SegmentNames.JOURNAL);
    ByteBuffer bytes = map(path);
    Optional<SegmentHeader> header = SegmentHeader.decode(SegmentHeader.Type.JOURNAL, bytes);
    if (header.isEmpty() || header.get().segment() != number) {
      throw new IOException("the journal segment " + path + " has a damaged header");
    }
    OptionalLong limit = next.isPresent() ? endByNext(number, next.getAsLong()) : next;
    int offset = Math.toIntExact(start);
    while (limit.isEmpty() || offset < limit.getAsLong()) {
      if (!(Frame.decode(bytes, offset, number) instanceof Frame.Complete(Frame frame, int size))) {
        break;
      }
      offset += size;
      sink.accept(frame, new JournalPosition(number, offset));
    }
    if (limit.isPresent() && offset < limit.getAsLong()) {
      throw damaged(path, offset);
    }
    if (limit.isEmpty()) {
      requireTorn(path, bytes, offset, number);
    }
    return new JournalPosition(number, offset);
  }

  /** Where the next segment says that this one ends. */
  private OptionalLong endByNext(long number, long next) throws IOException {
    Path path = SegmentNames.path(directory, next, SegmentNames.JOURNAL);
    SegmentHeader header =
        SegmentHeader.decode(SegmentHeader.Type.JOURNAL, map(path))
            .orElseThrow(
                () -> new IOException("the journal segment " + path + " has a damaged header"));
    if (header.previousSegment() != number) {
      throw new IOException(
          "the journal segment " + header.previousSegment() + " before " + path + " is missing");
    }
    return OptionalLong.of(header.previousEnd());
  }

  /** A whole frame behind the end that was written after the end had been synced proves damage. */
  private static void requireTorn(Path path, ByteBuffer bytes, int end, long number)
      throws IOException {
    int magic = Frame.MAGIC_NUMBER;
    for (int offset = end + 1; offset + Long.BYTES <= bytes.limit(); offset++) {
      if (bytes.getInt(offset) == magic
          && Frame.decode(bytes, offset, number) instanceof Frame.Complete(Frame frame, int size)
          && size > 0
          && frame.syncedBefore() > end) {
        throw damaged(path, end);
      }
    }
  }

  private static IOException damaged(Path path, int offset) {
    return new IOException("the journal segment " + path + " is damaged at " + offset);
  }

  private static ByteBuffer map(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, Files.size(path));
    }
  }
}
