package io.virga.dataplane.watch;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting in tests, bounded. */
public final class Eventually {

  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(15);

  private Eventually() {}

  /** Returns once it is so; fails if it is not so for too long. */
  public static void isTrue(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within 15 s: " + what);
      }
      LockSupport.parkNanos(2_000_000);
    }
  }

  /** The next element of a queue that something else fills. */
  public static <T> T next(LinkedBlockingQueue<T> queue) throws InterruptedException {
    T element = queue.poll(15, TimeUnit.SECONDS);
    if (element == null) {
      throw new AssertionError("nothing came within 15 s");
    }
    return element;
  }
}
