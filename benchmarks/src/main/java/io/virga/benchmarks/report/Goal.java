package io.virga.benchmarks.report;

/** What a figure has to reach. */
public sealed interface Goal {

  /** Whether the value is good enough. */
  boolean reachedBy(double value);

  /** Smaller is better. */
  record AtMost(double limit) implements Goal {
    @Override
    public boolean reachedBy(double value) {
      return value <= limit;
    }

    @Override
    public String toString() {
      return "≤ " + limit;
    }
  }

  /** Larger is better. */
  record AtLeast(double limit) implements Goal {
    @Override
    public boolean reachedBy(double value) {
      return value >= limit;
    }

    @Override
    public String toString() {
      return "≥ " + limit;
    }
  }
}
