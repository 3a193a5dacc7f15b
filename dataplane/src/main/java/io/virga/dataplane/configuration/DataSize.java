package io.virga.dataplane.configuration;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An amount of bytes, written with its unit: {@code 64MiB}. */
public record DataSize(long bytes) implements Comparable<DataSize> {

  private static final Pattern TEXT = Pattern.compile("([0-9]{1,18})([A-Za-z]+)");
  private static final String ACCEPTED = "expected a size with a unit: B, KiB, MiB, GiB or TiB";

  public DataSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("expected a size of at least 0");
    }
  }

  private enum Unit {
    TiB(40),
    GiB(30),
    MiB(20),
    KiB(10),
    B(0);

    private final int shift;

    Unit(int shift) {
      this.shift = shift;
    }
  }

  public static DataSize ofKibibytes(long count) {
    return new DataSize(Math.multiplyExact(count, 1L << 10));
  }

  public static DataSize ofMebibytes(long count) {
    return new DataSize(Math.multiplyExact(count, 1L << 20));
  }

  public static DataSize ofGibibytes(long count) {
    return new DataSize(Math.multiplyExact(count, 1L << 30));
  }

  /**
   * Reads {@code 4096B}, {@code 4KiB}, {@code 64MiB}, {@code 2GiB} or {@code 1TiB}.
   *
   * @throws IllegalArgumentException saying what is accepted
   */
  public static DataSize parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(ACCEPTED);
    }
    Unit unit =
        Arrays.stream(Unit.values())
            .filter(u -> u.name().equals(matcher.group(2)))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(ACCEPTED));
    long count = Long.parseLong(matcher.group(1));
    if (count > Long.MAX_VALUE >> unit.shift) {
      throw new IllegalArgumentException("expected a size below 8388608TiB");
    }
    return new DataSize(count << unit.shift);
  }

  /** The size as an int, for buffers. */
  public int toIntBytes() {
    return Math.toIntExact(bytes);
  }

  @Override
  public int compareTo(DataSize other) {
    return Long.compare(bytes, other.bytes);
  }

  /** In the greatest unit that divides it: the inverse of {@link #parse}. */
  @Override
  public String toString() {
    for (Unit unit : Unit.values()) {
      if (bytes != 0 && bytes % (1L << unit.shift) == 0) {
        return (bytes >> unit.shift) + unit.name();
      }
    }
    return bytes + "B";
  }
}
