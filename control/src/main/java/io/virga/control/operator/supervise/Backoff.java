package io.virga.control.operator.supervise;

import java.time.Duration;

/**
 * How long to wait before the next start: doubled with each failure, forgotten once the process has
 * been well for a while.
 */
record Backoff(Duration first, Duration longest, Duration wellAfter) {

  static final Backoff STANDARD =
      new Backoff(Duration.ofMillis(250), Duration.ofSeconds(30), Duration.ofSeconds(30));

  /** The wait after {@code failures} in a row; at least one. */
  Duration delay(int failures) {
    int doublings = Math.min(failures - 1, 20);
    Duration delay = first.multipliedBy(1L << doublings);
    return delay.compareTo(longest) > 0 ? longest : delay;
  }
}
