package io.virga.dataplane.watch;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting in tests, bounded. */
public final class Eventually {

  /** A busy machine may take long for what takes milliseconds. */
  private static final int LIMIT_SECONDS = 60;

  private static final Duration EVERY = Duration.ofMillis(2);
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);

  private Eventually() {}

  /** Returns once it is so; fails if it is not so for too long. */
  public static void isTrue(String what, BooleanSupplier condition) {
    isTrue(what, EVERY, condition);
  }

  /**
   * Likewise, for what costs something to look at: who looks without a pause takes from what he
   * waits for the processor that it needs.
   */
  public static void isTrue(String what, Duration every, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within %d s: %s".formatted(LIMIT_SECONDS, what));
      }
      LockSupport.parkNanos(every.toNanos());
    }
  }

  /** The next element of a queue that something else fills. */
  public static <T> T next(LinkedBlockingQueue<T> queue) throws InterruptedException {
    T element = queue.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    if (element == null) {
      throw new AssertionError("nothing came within %d s".formatted(LIMIT_SECONDS));
    }
    return element;
  }
}
