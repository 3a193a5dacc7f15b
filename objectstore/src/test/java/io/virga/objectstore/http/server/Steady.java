package io.virga.objectstore.http.server;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Waits for a number that grows no more. */
final class Steady {

  private static final long STEADY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private Steady() {}

  static long value(LongSupplier number) {
    long last = number.getAsLong();
    long since = System.nanoTime();
    while (System.nanoTime() - since < STEADY_NANOS) {
      LockSupport.parkNanos(5_000_000);
      long now = number.getAsLong();
      if (now != last) {
        last = now;
        since = System.nanoTime();
      }
    }
    return last;
  }
}
