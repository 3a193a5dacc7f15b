package io.virga.objectstore.device;

import java.time.Duration;

/**
 * The limits of a device.
 *
 * @param dataSegmentBytes the size of a data segment
 * @param journalSegmentBytes the size of a journal segment; the index is flushed once a segment
 * @param indexCacheBytes the memory of the index' cache
 * @param minimumFreeBytes writes are refused when the file system has less
 * @param ioThreads how many reads and writes of data run at once
 * @param waitingChanges how many changes may wait for the commit thread
 * @param compactionBytesPerSecond how fast live data is moved together
 * @param reclaimAge tombstones are kept so long
 */
public record DeviceOptions(
    long dataSegmentBytes,
    long journalSegmentBytes,
    long indexCacheBytes,
    long minimumFreeBytes,
    int ioThreads,
    int waitingChanges,
    long compactionBytesPerSecond,
    Duration reclaimAge) {

  private static final long MIB = 1L << 20;

  /** What suits a node of its own. */
  public static DeviceOptions defaults() {
    return new DeviceOptions(
        256 * MIB, 64 * MIB, 64 * MIB, 256 * MIB, 4, 8192, 32 * MIB, Duration.ofDays(7));
  }

  /** The same with other segment sizes; for tests. */
  public DeviceOptions withSegments(long dataBytes, long journalBytes) {
    return new DeviceOptions(
        dataBytes,
        journalBytes,
        indexCacheBytes,
        minimumFreeBytes,
        ioThreads,
        waitingChanges,
        compactionBytesPerSecond,
        reclaimAge);
  }

  /** The same with another reserve. */
  public DeviceOptions withMinimumFree(long bytes) {
    return new DeviceOptions(
        dataSegmentBytes,
        journalSegmentBytes,
        indexCacheBytes,
        bytes,
        ioThreads,
        waitingChanges,
        compactionBytesPerSecond,
        reclaimAge);
  }
}
