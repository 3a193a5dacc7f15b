package io.virga.benchmarks.report;

import java.util.Map;
import java.util.Optional;

/**
 * One measured figure.
 *
 * @param what what was measured, under which load
 * @param value ours, in {@code unit}
 * @param rivals the same of others, in the same run, by their names
 * @param goal what ours has to reach
 */
public record Figure(
    String what, double value, String unit, Map<String, Double> rivals, Optional<Goal> goal) {

  public Figure {
    rivals = Map.copyOf(rivals);
  }

  /** A figure that stands alone, with a goal that it must not exceed. */
  public static Figure atMost(String what, double value, String unit, double limit) {
    return new Figure(what, value, unit, Map.of(), Optional.of(new Goal.AtMost(limit)));
  }

  /** A figure that stands alone, with a goal that it has to reach. */
  public static Figure atLeast(String what, double value, String unit, double limit) {
    return new Figure(what, value, unit, Map.of(), Optional.of(new Goal.AtLeast(limit)));
  }

  /** A figure that stands alone and has no goal. */
  public static Figure plain(String what, double value, String unit) {
    return new Figure(what, value, unit, Map.of(), Optional.empty());
  }

  /** Whether the goal is reached; a figure without one always is. */
  public boolean reached() {
    return goal.map(g -> g.reachedBy(value)).orElse(true);
  }
}
