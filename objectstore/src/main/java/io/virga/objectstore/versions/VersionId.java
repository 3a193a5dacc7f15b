package io.virga.objectstore.versions;

import java.util.Optional;

/**
 * Names a version of an object and its place among the others.
 *
 * @param micros when it was begun
 * @param tie orders versions of the same microsecond
 * @param isNull whether clients know it as {@code null}
 */
public record VersionId(long micros, int tie, boolean isNull) {

  /** What clients call the version that has no id. */
  public static final String NULL = "null";

  /** Ends the key in the name of a version. */
  static final char SEPARATOR = '\0';

  private static final int DIGITS = 24;
  private static final char NULL_MARK = 0x11;

  /** The id that a text names; empty if there can be none of it. */
  public static Optional<VersionId> parse(String text) {
    return text.matches("[0-9a-f]{24}") ? Optional.of(ofDigits(text, false)) : Optional.empty();
  }

  private static VersionId ofDigits(String digits, boolean isNull) {
    long inverted = Long.parseUnsignedLong(digits, 0, 16, 16);
    int tie = Integer.parseUnsignedInt(digits, 16, DIGITS, 16);
    return new VersionId(Long.MAX_VALUE - inverted, tie, isNull);
  }

  private String digits() {
    return "%016x%08x".formatted(Long.MAX_VALUE - micros, tie);
  }

  /** What clients see. */
  public String text() {
    return isNull ? NULL : digits();
  }

  /** The id behind the key, newest first; of control characters, so that it holds no delimiter. */
  String suffix() {
    StringBuilder out = new StringBuilder(DIGITS + 1);
    for (char digit : digits().toCharArray()) {
      out.append((char) (1 + Character.digit(digit, 16)));
    }
    return isNull ? out.append(NULL_MARK).toString() : out.toString();
  }

  static Optional<VersionId> ofSuffix(String suffix) {
    boolean isNull = suffix.length() == DIGITS + 1 && suffix.charAt(DIGITS) == NULL_MARK;
    if (suffix.length() != DIGITS && !isNull) {
      return Optional.empty();
    }
    StringBuilder digits = new StringBuilder(DIGITS);
    for (char c : suffix.substring(0, DIGITS).toCharArray()) {
      if (c < 1 || c > 16) {
        return Optional.empty();
      }
      digits.append(Character.forDigit(c - 1, 16));
    }
    return Optional.of(ofDigits(digits.toString(), isNull));
  }

  /** Whether this version was begun after the other. */
  boolean isNewerThan(VersionId other) {
    return suffix().compareTo(other.suffix()) < 0;
  }
}
