package io.virga.benchmarks.load;

import java.time.Duration;

/**
 * How long a load lasts: a warm-up that does not count, what is measured, and how long answers that
 * are still due are waited for afterwards. It ends earlier when the workload does.
 */
public record LoadPlan(Duration warmUp, Duration duration, Duration patience) {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  public static LoadPlan seconds(double warmUp, double measured) {
    return new LoadPlan(
        Duration.ofMillis(Math.round(warmUp * 1000)),
        Duration.ofMillis(Math.round(measured * 1000)),
        PATIENCE);
  }

  /** As long as the workload lasts, but at most {@code limit}. */
  public static LoadPlan toTheEnd(Duration limit) {
    return new LoadPlan(Duration.ZERO, limit, PATIENCE);
  }
}
