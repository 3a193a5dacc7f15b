package io.virga.benchmarks.load;

/**
 * What a load came to.
 *
 * @param operations those that were answered with success within the measured time
 * @param answered as {@code operations}, with those of the warm-up and those that came late
 * @param errors those that were answered otherwise, or not at all
 * @param firstError what the first of them was; empty if there was none
 * @param seconds the measured time, without the warm-up
 * @param loadIdlePercent how much of its core the load generator left unused
 */
public record LoadResult(
    long operations,
    long answered,
    long errors,
    String firstError,
    double seconds,
    Latency latency,
    double loadIdlePercent) {

  /** Percentiles of the time from the first byte sent to the last byte received. */
  public record Latency(double p50Millis, double p99Millis, double p999Millis, double maxMillis) {}

  LoadResult withAnswered(long all) {
    return new LoadResult(operations, all, errors, firstError, seconds, latency, loadIdlePercent);
  }

  public double perSecond() {
    return seconds == 0 ? 0 : operations / seconds;
  }
}
