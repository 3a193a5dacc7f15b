package io.virga.objectstore.log;

import io.virga.objectstore.record.SegmentHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongPredicate;
import java.util.stream.Stream;

/**
 * All segments that objects have bytes in: data segments, one of them being filled, and by numbers
 * below zero those of the journal. Thread-safe.
 */
public final class DataSegments implements AutoCloseable {

  private final Disk disk;
  private final Path directory;
  private final UUID device;
  private final long segmentBytes;
  private final JournalFiles journal;
  private final LongPredicate isLive;
  private final ReentrantLock rolling = new ReentrantLock();
  private final Map<Long, DataSegment> segments = new ConcurrentHashMap<>();
  private volatile DataSegment active;

  /**
   * Opens the data segments that are in use and deletes the others.
   *
   * @param isLive whether an object still names bytes of a segment
   * @param journal has its own open
   */
  public DataSegments(
      Disk disk,
      Path directory,
      UUID device,
      long segmentBytes,
      LongPredicate isLive,
      JournalFiles journal)
      throws IOException {
    this.disk = disk;
    this.directory = directory;
    this.device = device;
    this.segmentBytes = segmentBytes;
    this.isLive = isLive;
    this.journal = journal;
    long last = 0;
    for (long number : SegmentNames.list(directory, SegmentNames.DATA)) {
      last = number;
      Path path = SegmentNames.path(directory, number, SegmentNames.DATA);
      if (isLive.test(number)) {
        long size = Files.size(path);
        segments.put(number, new DataSegment(number, path, disk.open(path), size, size));
      } else {
        Files.delete(path);
      }
    }
    this.active = make(last + 1);
  }

  /** A place that is the caller's to write; the caller holds the segment and must release it. */
  public record Reservation(DataSegment segment, long offset) {}

  /** The largest reservation. */
  public long maximumReservation() {
    return segmentBytes / 4;
  }

  /** Reserves without touching the disk; empty if a new segment has to be made first. */
  public Optional<Reservation> tryReserve(long bytes) {
    DataSegment segment = active;
    if (!segment.tryHold()) {
      return Optional.empty();
    }
    long offset = segment.reserve(bytes);
    if (offset < 0) {
      segment.release();
      return Optional.empty();
    }
    return Optional.of(new Reservation(segment, offset));
  }

  /** Reserves; blocks. */
  public Reservation reserve(long bytes) throws IOException {
    while (true) {
      DataSegment full = active;
      Optional<Reservation> reservation = tryReserve(bytes);
      if (reservation.isPresent()) {
        return reservation.get();
      }
      rolling.lock();
      try {
        if (active == full) {
          active = make(full.number() + 1);
        }
      } finally {
        rolling.unlock();
      }
    }
  }

  /** A segment, held for the caller; empty if it has been retired. */
  public Optional<DataSegment> hold(long number) {
    return number < 0
        ? journal.hold(-number)
        : Optional.ofNullable(segments.get(number)).filter(DataSegment::tryHold);
  }

  /** All segments but those that are being filled or that a replay of the journal needs. */
  public List<DataSegment> sealed() {
    DataSegment filling = active;
    return Stream.concat(
            segments.values().stream().filter(segment -> segment.number() != filling.number()),
            journal.sealed().stream())
        .toList();
  }

  /** How many bytes have been handed out of all data segments, and of the journal's with bytes. */
  public long reservedBytes() {
    return Stream.concat(
            segments.values().stream(),
            journal.all().stream().filter(segment -> isLive.test(segment.number())))
        .mapToLong(DataSegment::reservedBytes)
        .sum();
  }

  /**
   * Gives the space of a sealed segment back.
   *
   * @return whether it is gone; not if somebody holds it
   */
  public boolean retire(DataSegment segment) throws IOException {
    if (segment.isInJournal()) {
      return journal.retire(segment);
    }
    if (segment.number() == active.number() || !segment.tryRetire()) {
      return false;
    }
    segments.remove(segment.number());
    segment.close();
    Files.delete(segment.path());
    return true;
  }

  private DataSegment make(long number) throws IOException {
    Path path = SegmentNames.path(directory, number, SegmentNames.DATA);
    SegmentFile file = disk.open(path);
    file.write(new SegmentHeader(SegmentHeader.Type.DATA, device, number, 0, 0).encode(), 0);
    file.sync();
    disk.syncDirectory(directory);
    DataSegment segment =
        new DataSegment(number, path, file, SegmentHeader.STORED_BYTES, segmentBytes);
    segments.put(number, segment);
    return segment;
  }

  @Override
  public void close() throws IOException {
    for (DataSegment segment : segments.values()) {
      segment.close();
    }
  }
}
