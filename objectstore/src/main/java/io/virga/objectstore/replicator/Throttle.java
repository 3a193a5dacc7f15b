package io.virga.objectstore.replicator;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Holds whoever moves bytes to a rate, over some tenths of a second. */
final class Throttle {

  private static final long SLACK_NANOS = 200_000_000;

  private final long bytesPerSecond;
  private final AtomicLong freeAtNanos = new AtomicLong(System.nanoTime());

  Throttle(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Waits until these bytes are within the rate. Never on an event loop for long: see callers. */
  void take(int bytes) {
    long cost = bytes * 1_000_000_000L / bytesPerSecond;
    long now = System.nanoTime();
    long free = freeAtNanos.updateAndGet(at -> Math.max(at, now - SLACK_NANOS) + cost);
    if (free > now) {
      LockSupport.parkNanos(Math.min(free - now, SLACK_NANOS));
    }
  }
}
