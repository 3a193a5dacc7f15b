package io.virga.objectstore.audit;

import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Holds one thread that reads to a rate. */
final class Pacer {

  private static final long SLACK_NANOS = 100_000_000;

  private final long bytesPerSecond;
  private final BooleanSupplier closed;
  private long freeAtNanos = System.nanoTime();

  Pacer(long bytesPerSecond, BooleanSupplier closed) {
    this.bytesPerSecond = bytesPerSecond;
    this.closed = closed;
  }

  /**
   * Waits until these bytes are within the rate.
   *
   * @throws CancellationException once the auditor is being closed
   */
  void take(long bytes) {
    long cost = (long) (bytes * 1e9 / bytesPerSecond);
    freeAtNanos = Math.max(freeAtNanos, System.nanoTime() - SLACK_NANOS) + cost;
    for (long wait = freeAtNanos - System.nanoTime(); ; wait = freeAtNanos - System.nanoTime()) {
      if (closed.getAsBoolean()) {
        throw new CancellationException("the auditor is being closed");
      }
      if (wait <= 0) {
        return;
      }
      LockSupport.parkNanos(Math.min(wait, SLACK_NANOS));
    }
  }
}
