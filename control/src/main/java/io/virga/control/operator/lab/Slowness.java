package io.virga.control.operator.lab;

import io.virga.dataplane.configuration.DurationText;
import java.time.Duration;

/**
 * How bad a link is.
 *
 * @param delayNanos how long each frame is under way, in each direction
 * @param lossPercent how many of a hundred frames are lost
 */
public record Slowness(long delayNanos, double lossPercent) {

  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final double ALL = 100;

  public Slowness {
    if (delayNanos < 0 || delayNanos > LONGEST.toNanos()) {
      throw new IllegalArgumentException("expected 0ms to 10s");
    }
    if (!(lossPercent >= 0 && lossPercent <= ALL)) {
      throw new IllegalArgumentException("expected a loss of 0% to 100%");
    }
  }

  /** Reads {@code 50ms} and {@code 1%}. */
  public static Slowness parse(String delay, String loss) {
    if (!loss.matches("[0-9]{1,3}([.][0-9]{1,4})?%")) {
      throw new IllegalArgumentException("--loss '%s': expected 0%% to 100%%".formatted(loss));
    }
    try {
      double percent = Double.parseDouble(loss.substring(0, loss.length() - 1));
      return new Slowness(DurationText.parse(delay).toNanos(), percent);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--delay '%s': %s".formatted(delay, e.getMessage()), e);
    }
  }

  @Override
  public String toString() {
    return "delay %.1f ms, loss %s%%".formatted(delayNanos / 1e6, lossPercent);
  }
}
