package io.virga.benchmarks.load;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Counts what one load does. Belongs to the event loop. */
final class Tally {

  private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(10);
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final Histogram micros = new Histogram(LONGEST_MICROS, 3);
  private long operations;
  private long answered;
  private long errors;
  private String firstError = "";
  private long startedNanos;
  private long startedCpuNanos;

  /** The warm-up is over: what comes from now on counts. Errors of the warm-up stay. */
  void start() {
    micros.reset();
    operations = 0;
    startedNanos = System.nanoTime();
    startedCpuNanos = SYSTEM.getProcessCpuTime();
  }

  boolean isEmpty() {
    return operations == 0;
  }

  void completed(long nanos) {
    operations++;
    answered++;
    micros.recordValue(Math.min(LONGEST_MICROS, TimeUnit.NANOSECONDS.toMicros(nanos)));
  }

  void failed(String what) {
    errors++;
    if (firstError.isEmpty()) {
      firstError = what;
    }
  }

  /** All that were answered with success, whenever that was. */
  long answered() {
    return answered;
  }

  /** The measured time ends now. */
  LoadResult result() {
    long elapsedNanos = System.nanoTime() - startedNanos;
    long cpuNanos = SYSTEM.getProcessCpuTime() - startedCpuNanos;
    return new LoadResult(
        operations,
        answered,
        errors,
        firstError,
        elapsedNanos / 1e9,
        new LoadResult.Latency(
            micros.getValueAtPercentile(50) / 1e3,
            micros.getValueAtPercentile(99) / 1e3,
            micros.getValueAtPercentile(99.9) / 1e3,
            micros.getMaxValue() / 1e3),
        Math.max(0, 100 - 100.0 * cpuNanos / elapsedNanos));
  }
}
