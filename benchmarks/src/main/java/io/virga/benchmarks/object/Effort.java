package io.virga.benchmarks.object;

import io.virga.benchmarks.load.LoadPlan;

/**
 * How long is measured.
 *
 * @param serverWarmUp a load before the first field, for stores that compile while they run
 * @param field one field of the table
 * @param bytesPerField a field of PUTs ends early when it has sent so much, so that the disk
 *     suffices
 * @param listedNames in the container that is listed
 */
public record Effort(LoadPlan serverWarmUp, LoadPlan field, long bytesPerField, int listedNames) {

  public static Effort quick() {
    return new Effort(LoadPlan.seconds(0, 20), LoadPlan.seconds(0.5, 1.5), 1L << 30, 100_000);
  }

  public static Effort full() {
    return new Effort(LoadPlan.seconds(0, 20), LoadPlan.seconds(2, 10), 2L << 30, 1_000_000);
  }
}
