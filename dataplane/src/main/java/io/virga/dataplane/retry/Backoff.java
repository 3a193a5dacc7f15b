package io.virga.dataplane.retry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: doubles from the least to the most with every failure,
 * and is spread over the upper half of that, so that a thousand hosts do not come at once. Not
 * thread-safe.
 */
public final class Backoff {

  private final long leastMillis;
  private final long mostMillis;
  private final RandomGenerator random;
  private long currentMillis;

  public Backoff(Duration least, Duration most, RandomGenerator random) {
    this.leastMillis = least.toMillis();
    this.mostMillis = most.toMillis();
    this.random = random;
    this.currentMillis = leastMillis;
  }

  /** After a failure: the time to wait. */
  public Duration next() {
    long millis = currentMillis / 2 + random.nextLong(currentMillis / 2 + 1);
    currentMillis = Math.min(mostMillis, currentMillis * 2);
    return Duration.ofMillis(millis);
  }

  /** After a success. */
  public void reset() {
    currentMillis = leastMillis;
  }
}
