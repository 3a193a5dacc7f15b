package io.virga.benchmarks.cloud;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Waiting for something outside this process to become so: asked again and again, bounded in time.
 */
public final class Patience {

  private Patience() {}

  /**
   * The first value that {@code question} gives.
   *
   * @param what completes the sentence "waited for …" in the error
   * @throws IllegalStateException if none came within {@code limit}
   */
  public static <T> T await(
      String what, Duration limit, Duration interval, Supplier<Optional<T>> question) {
    long deadline = System.nanoTime() + limit.toNanos();
    do {
      Optional<T> answer = question.get();
      if (answer.isPresent()) {
        return answer.get();
      }
      LockSupport.parkNanos(interval.toNanos());
    } while (System.nanoTime() < deadline);
    throw new IllegalStateException("waited for " + what + " in vain for " + limit);
  }
}
