package io.virga.objectstore.replicator;

import java.util.concurrent.locks.LockSupport;

/** Holds whoever moves bytes to a rate. Used by the threads of one device's replicator. */
final class Throttle {

  private final long bytesPerSecond;
  private long freeAtNanos = System.nanoTime();

  Throttle(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Waits until what was taken before is within the rate, and takes some. Blocks. */
  synchronized void take(long bytes) {
    long now = System.nanoTime();
    while (freeAtNanos - now > 0 && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(freeAtNanos - now);
      now = System.nanoTime();
    }
    freeAtNanos = Math.max(freeAtNanos, now) + bytes * 1_000_000_000L / bytesPerSecond;
  }
}
