package io.virga.objectstore.log;

import io.virga.objectstore.index.JournalPosition;
import io.virga.objectstore.record.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The segments of a journal, all of one size, zero-filled or recycled, so that a sync has no
 * metadata to write; and spares for the next ones. A segment that no replay needs stays for the
 * objects that have bytes in it, until it is retired. Thread-safe, but {@link #begin} and {@link
 * #prepare} are each for one thread.
 *
 * <p>Spare → Written → (the next is written) → Full → (the index is durable behind it) → Sealed →
 * (nobody holds it, nothing in it is live) → Spare, or deleted.
 */
public final class JournalFiles implements AutoCloseable {

  private static final int SPARES = 2;

  private final Disk disk;
  private final Path directory;
  private final UUID device;
  private final long segmentBytes;
  private final NavigableMap<Long, DataSegment> segments = new ConcurrentSkipListMap<>();
  private final ReentrantLock filesLock = new ReentrantLock();
  private volatile long firstNeeded;

  /**
   * Opens all segments that there are.
   *
   * @param segmentBytes the size of a segment, more than the largest frame that will be appended
   * @param firstNeeded where a replay would begin
   */
  public JournalFiles(Disk disk, Path directory, UUID device, long segmentBytes, long firstNeeded)
      throws IOException {
    this.disk = disk;
    this.directory = directory;
    this.device = device;
    this.segmentBytes = segmentBytes;
    this.firstNeeded = firstNeeded;
    for (long number : SegmentNames.list(directory, SegmentNames.JOURNAL)) {
      Path path = SegmentNames.path(directory, number, SegmentNames.JOURNAL);
      long size = Files.size(path);
      segments.put(number, new DataSegment(-number, path, disk.open(path), size, size));
    }
  }

  long segmentBytes() {
    return segmentBytes;
  }

  /** Begins the next segment behind what has been written, out of a spare if there is one. */
  DataSegment begin(JournalPosition previous) throws IOException {
    filesLock.lock();
    try {
      return begin(previous.segment() + 1, previous);
    } finally {
      filesLock.unlock();
    }
  }

  private DataSegment begin(long number, JournalPosition previous) throws IOException {
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
    DataSegment begun =
        new DataSegment(-number, path, opened, SegmentHeader.STORED_BYTES, segmentBytes);
    segments.put(number, begun);
    return begun;
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

  /**
   * Makes sure that the next segment does not have to be filled with zeros first. One that begins
   * meanwhile waits for that, and does not fill the same file.
   */
  public void prepare() throws IOException {
    filesLock.lock();
    try {
      if (SegmentNames.list(directory, SegmentNames.SPARE).isEmpty()) {
        zeroFilled(segments.lastKey() + 2);
      }
    } finally {
      filesLock.unlock();
    }
  }

  /** The first segment that a replay needs. */
  public long firstNeeded() {
    return firstNeeded;
  }

  /** The index is durable: a replay would not need what is before a segment. */
  public void seal(long needed) {
    firstNeeded = needed;
  }

  Optional<DataSegment> hold(long number) {
    return Optional.ofNullable(segments.get(number)).filter(DataSegment::tryHold);
  }

  /** Those that are there for the bytes of objects only. */
  Collection<DataSegment> sealed() {
    return segments.headMap(firstNeeded).values();
  }

  Collection<DataSegment> all() {
    return segments.values();
  }

  /** Whether it is gone: not if a replay needs it or somebody holds it. */
  boolean retire(DataSegment segment) throws IOException {
    long number = -segment.number();
    if (number >= firstNeeded || !segment.tryRetire()) {
      return false;
    }
    segments.remove(number);
    segment.close();
    filesLock.lock();
    try {
      recycle(number, segment.path());
    } finally {
      filesLock.unlock();
    }
    return true;
  }

  private void recycle(long number, Path path) throws IOException {
    boolean wanted = SegmentNames.list(directory, SegmentNames.SPARE).size() < SPARES;
    if (wanted && Files.size(path) == segmentBytes) {
      Path spare = SegmentNames.path(directory, number, SegmentNames.SPARE);
      Files.move(path, spare, StandardCopyOption.ATOMIC_MOVE);
    } else {
      Files.delete(path);
    }
  }

  @Override
  public void close() throws IOException {
    for (DataSegment segment : segments.values()) {
      segment.close();
    }
  }
}
