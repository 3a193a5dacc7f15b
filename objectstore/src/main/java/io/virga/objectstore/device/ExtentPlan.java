package io.virga.objectstore.device;

import io.virga.objectstore.log.DataSegments;
import io.virga.objectstore.record.Block;
import io.virga.objectstore.record.ExtentHeader;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.Timestamp;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Decides how large the extents of an upload are: what is known to come, or twice what has come.
 */
final class ExtentPlan {

  private static final long SMALLEST = 4L * Block.DATA_BYTES;
  private static final long LARGEST = 256L * Block.DATA_BYTES;
  private static final AtomicLong IDS = new AtomicLong(new SplittableRandom().nextLong());
  private static final long ID_STEP = 0x9E3779B97F4A7C15L;

  private final String path;
  private final OptionalLong length;
  private final long largest;
  private final int headerBytes;
  private long planned;

  ExtentPlan(ObjectPath path, OptionalLong length, long maximumReservation) {
    this.path = path.toString();
    this.length = length;
    this.headerBytes = header(0, 0, 0).storedBytes();
    long room = (maximumReservation - headerBytes) / Block.STORED_BYTES * Block.DATA_BYTES;
    this.largest = Math.max(Block.DATA_BYTES, Math.min(LARGEST, room));
  }

  private ExtentHeader header(long segment, long id, long capacity) {
    return new ExtentHeader(segment, id, Timestamp.ZERO, capacity, path);
  }

  /** What to reserve next, header included. */
  long nextReservation(long cameBytes) {
    long wanted =
        length.isPresent() && length.getAsLong() > planned
            ? length.getAsLong() - planned
            : Math.max(SMALLEST, roundUp(cameBytes));
    long data = Math.min(wanted, largest);
    planned += data;
    return headerBytes + Block.storedBytes(data);
  }

  private static long roundUp(long bytes) {
    return Math.ceilDiv(bytes, (long) Block.DATA_BYTES) * Block.DATA_BYTES;
  }

  /** An extent's id that no other has. */
  static long nextId() {
    return IDS.addAndGet(ID_STEP);
  }

  /** Begins the extent that was reserved. */
  OpenExtent open(DataSegments.Reservation reservation, long storedBytes) {
    long id = nextId();
    long capacity = storedBytes - headerBytes;
    long blocks = Math.ceilDiv(capacity, (long) Block.STORED_BYTES);
    long data = capacity - blocks * Block.CHECKSUM_BYTES;
    ExtentHeader header = header(reservation.segment().number(), id, capacity);
    return new OpenExtent(reservation, header, data);
  }
}
