package io.virga.benchmarks.objectbench;

import io.virga.benchmarks.load.LoadPlan;
import java.time.Duration;

/**
 * How long is measured.
 *
 * @param longestWarmUp of one operation before the first field, for stores that compile while they
 *     run; it ends earlier when the store has become no faster
 * @param field one field of the table
 * @param bytesPerField a field of PUTs ends early when it has sent so much, so that the disk
 *     suffices
 * @param listedNames in the container that is listed
 */
public record Effort(Duration longestWarmUp, LoadPlan field, long bytesPerField, int listedNames) {

  private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(60);

  public static Effort quick() {
    return new Effort(LONGEST_WARM_UP, LoadPlan.seconds(0.5, 1.5), 1L << 30, 100_000);
  }

  public static Effort full() {
    return new Effort(LONGEST_WARM_UP, LoadPlan.seconds(2, 10), 2L << 30, 1_000_000);
  }
}
