package io.virga.dataplane.configuration;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as they stand in settings: {@code 500ms}, {@code 10s}, {@code 5m}, {@code 7d}. */
public final class DurationText {

  private static final Pattern TEXT = Pattern.compile("([0-9]{1,9})(us|ms|s|m|h|d)");

  private DurationText() {}

  /** Reads one; the exception says what is accepted. */
  public static Duration parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("expected a time with a unit: us, ms, s, m, h or d");
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "us" -> Duration.ofNanos(count * 1_000);
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }
}
