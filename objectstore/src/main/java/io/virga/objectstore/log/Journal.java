package io.virga.objectstore.log;

import io.virga.objectstore.index.JournalPosition;
import io.virga.objectstore.record.Frame;
import io.virga.objectstore.record.SegmentHeader;
import io.virga.objectstore.record.Timestamp;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;

/**
 * The journal of a device: frames appended to segments of one size, zero-filled or recycled, so
 * that a sync has no metadata to write. One thread appends; {@link #prepare} and {@link #release}
 * may be called by one other.
 */
public final class Journal implements AutoCloseable {

  private static final int BUFFER_BYTES = Frame.storedBytes(Frame.MAXIMUM_PAYLOAD_BYTES);
  private static final int SPARES = 2;

  private final Disk disk;
  private final Path directory;
  private final UUID device;
  private final long segmentBytes;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private SegmentFile file;
  private volatile long segment;
  private long end;

  private Journal(
      Disk disk, Path directory, UUID device, long segmentBytes, JournalPosition previous)
      throws IOException {
    this.disk = disk;
    this.directory = directory;
    this.device = device;
    this.segmentBytes = segmentBytes;
    this.segment = previous.segment() + 1;
    this.file = begin(previous);
    this.end = SegmentHeader.STORED_BYTES;
  }

  /**
   * Begins a new segment behind what was replayed.
   *
   * @param segmentBytes the size of a segment, more than the largest frame that will be appended
   * @param previous where the valid frames end
   */
  public static Journal begin(
      Disk disk, Path directory, UUID device, long segmentBytes, JournalPosition previous)
      throws IOException {
    return new Journal(disk, directory, device, segmentBytes, previous);
  }

  /** The longest payload that a segment has room for. */
  public int maximumPayloadBytes() {
    long room = segmentBytes - SegmentHeader.STORED_BYTES;
    return (int) Math.min(Frame.MAXIMUM_PAYLOAD_BYTES, room - room / 64 - 64);
  }

  /** Where the next frame goes. */
  public JournalPosition position() {
    return new JournalPosition(segment, end);
  }

  /** The segment that is being written; may be asked from any thread. */
  public long currentSegment() {
    return segment;
  }

  /**
   * Appends a frame for each payload and makes them durable with one sync (one more where a segment
   * is full).
   *
   * @throws NoSpaceException if no segment could be made and nothing of this call has been written
   * @throws IOException if it is not known what has been written; the journal must not be used
   *     again
   */
  public void append(List<byte[]> payloads, Timestamp timestamp) throws IOException {
    long total = payloads.stream().mapToLong(p -> Frame.storedBytes(p.length)).sum();
    if (end + total > segmentBytes && SegmentHeader.STORED_BYTES + total <= segmentBytes) {
      roll(true);
    }
    long syncedBefore = end;
    boolean first = true;
    for (byte[] payload : payloads) {
      int stored = Frame.storedBytes(payload.length);
      if (end + buffer.position() + stored > segmentBytes) {
        writeOut();
        file.sync();
        roll(first);
        syncedBefore = end;
      }
      if (buffer.remaining() < stored) {
        writeOut();
      }
      new Frame(segment, timestamp, syncedBefore, payload).encode(buffer);
      first = false;
    }
    writeOut();
    file.sync();
  }

  private void writeOut() throws IOException {
    if (buffer.position() == 0) {
      return;
    }
    buffer.flip();
    int length = buffer.remaining();
    file.write(buffer, end);
    end += length;
    buffer.clear();
  }

  private void roll(boolean nothingWritten) throws IOException {
    JournalPosition previous = position();
    SegmentFile next;
    try {
      next = begin(previous);
    } catch (IOException e) {
      if (nothingWritten) {
        throw new NoSpaceException("no journal segment could be made: " + e.getMessage(), e);
      }
      throw e;
    }
    file.close();
    file = next;
    segment = previous.segment() + 1;
    end = SegmentHeader.STORED_BYTES;
  }

  private SegmentFile begin(JournalPosition previous) throws IOException {
    long number = previous.segment() + 1;
    Path path = SegmentNames.path(directory, number, SegmentNames.JOURNAL);
    List<Long> spares = SegmentNames.list(directory, SegmentNames.SPARE);
    Path source =
        spares.isEmpty()
            ? zeroFilled(number)
            : SegmentNames.path(directory, spares.getFirst(), SegmentNames.SPARE);
    SegmentFile opened = disk.open(source);
    SegmentHeader header =
        new SegmentHeader(
            SegmentHeader.Type.JOURNAL, device, number, previous.segment(), previous.offset());
    opened.write(header.encode(), 0);
    opened.sync();
    Files.move(source, path, StandardCopyOption.ATOMIC_MOVE);
    disk.syncDirectory(directory);
    return opened;
  }

  private Path zeroFilled(long number) throws IOException {
    Path temporary = SegmentNames.path(directory, number, ".new");
    Path spare = SegmentNames.path(directory, number, SegmentNames.SPARE);
    try (SegmentFile fresh = disk.open(temporary)) {
      ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(segmentBytes, 1 << 20));
      for (long offset = 0; offset < segmentBytes; offset += zeros.capacity()) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), segmentBytes - offset));
        fresh.write(zeros, offset);
      }
      fresh.sync();
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    Files.move(temporary, spare, StandardCopyOption.ATOMIC_MOVE);
    return spare;
  }

  /** Makes sure that the next segment does not have to be filled with zeros first. */
  public void prepare() throws IOException {
    if (SegmentNames.list(directory, SegmentNames.SPARE).isEmpty()) {
      zeroFilled(segment + 2);
    }
  }

  /** Recycles all segments before the given one: the index does not need them any more. */
  public void release(long firstNeeded) throws IOException {
    int spares = SegmentNames.list(directory, SegmentNames.SPARE).size();
    for (long number : SegmentNames.list(directory, SegmentNames.JOURNAL)) {
      if (number >= Math.min(firstNeeded, segment)) {
        continue;
      }
      Path path = SegmentNames.path(directory, number, SegmentNames.JOURNAL);
      if (spares < SPARES && Files.size(path) == segmentBytes) {
        Path spare = SegmentNames.path(directory, number, SegmentNames.SPARE);
        Files.move(path, spare, StandardCopyOption.ATOMIC_MOVE);
        spares++;
      } else {
        Files.delete(path);
      }
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
