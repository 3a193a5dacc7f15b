package io.virga.objectstore.record;

import java.time.Instant;

/**
 * A point in time that orders writes: microseconds since 1970. The text form is Swift's, ten digits
 * and five decimals.
 */
public record Timestamp(long micros) implements Comparable<Timestamp> {

  /** Before everything. */
  public static final Timestamp ZERO = new Timestamp(0);

  private static final long MICROS_PER_SECOND = 1_000_000;

  /** The timestamp of an instant. */
  public static Timestamp of(Instant instant) {
    return new Timestamp(instant.getEpochSecond() * MICROS_PER_SECOND + instant.getNano() / 1000);
  }

  public Instant toInstant() {
    return Instant.ofEpochSecond(micros / MICROS_PER_SECOND, micros % MICROS_PER_SECOND * 1000);
  }

  /** Whole seconds, rounded up, as {@code Last-Modified} shows it. */
  public long ceilingSeconds() {
    return Math.ceilDiv(micros, MICROS_PER_SECOND);
  }

  public boolean isAfter(Timestamp other) {
    return micros > other.micros;
  }

  /** The later of both. */
  public Timestamp max(Timestamp other) {
    return isAfter(other) ? this : other;
  }

  /** The earlier of both. */
  public Timestamp min(Timestamp other) {
    return isAfter(other) ? other : this;
  }

  @Override
  public int compareTo(Timestamp other) {
    return Long.compare(micros, other.micros);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(16);
    pad(text, micros / MICROS_PER_SECOND, 10);
    pad(text.append('.'), micros % MICROS_PER_SECOND / 10, 5);
    return text.toString();
  }

  private static void pad(StringBuilder out, long value, int digits) {
    String text = Long.toString(value);
    out.repeat('0', Math.max(0, digits - text.length())).append(text);
  }
}
