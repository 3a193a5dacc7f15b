package io.virga.objectstore.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Times as headers write them (RFC 9110 §5.6.7). */
public final class HttpDates {

  private static final String DAYS = "ThuFriSatSunMonTueWed";
  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
  private static final int SECONDS_PER_DAY = 86_400;
  private static final long LAST_SECOND = 253_402_300_799L;
  private static final int LENGTH = 29;
  private static final int FIRST_SHORT_YEAR = 1970;

  /** Also the two older forms, which a recipient has to accept. */
  private static final List<DateTimeFormatter> ACCEPTED =
      List.of(
          DateTimeFormatter.RFC_1123_DATE_TIME,
          new DateTimeFormatterBuilder()
              .appendPattern("EEEE, dd-MMM-")
              .appendValueReduced(ChronoField.YEAR, 2, 2, FIRST_SHORT_YEAR)
              .appendPattern(" HH:mm:ss 'GMT'")
              .toFormatter(Locale.ENGLISH)
              .withZone(ZoneOffset.UTC),
          DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ENGLISH)
              .withZone(ZoneOffset.UTC));

  private HttpDates() {}

  private record Formatted(long epochSecond, String text) {}

  private static volatile Formatted latest = new Formatted(0, format(0));

  /** The time of day; formatted once a second, not for every reply. */
  public static String now() {
    long second = System.currentTimeMillis() / 1000;
    Formatted known = latest;
    if (known.epochSecond() != second) {
      known = new Formatted(second, format(second));
      latest = known;
    }
    return known.text();
  }

  /**
   * A time from 1970 to 9999; one that is not of these years is shown as their first or last
   * second. Plain arithmetic: it is asked of every reply about an object.
   */
  public static String format(long epochSecond) {
    long shown = Math.clamp(epochSecond, 0, LAST_SECOND);
    long day = shown / SECONDS_PER_DAY;
    int second = (int) (shown % SECONDS_PER_DAY);
    LocalDate date = LocalDate.ofEpochDay(day);
    int weekday = 3 * (int) (day % 7);
    int month = 3 * (date.getMonthValue() - 1);
    StringBuilder out = new StringBuilder(LENGTH);
    out.append(DAYS, weekday, weekday + 3).append(", ");
    two(out, date.getDayOfMonth()).append(' ').append(MONTHS, month, month + 3).append(' ');
    two(two(out, date.getYear() / 100), date.getYear() % 100).append(' ');
    two(out, second / 3600).append(':');
    two(out, second / 60 % 60).append(':');
    return two(out, second % 60).append(" GMT").toString();
  }

  private static StringBuilder two(StringBuilder out, int value) {
    return out.append((char) ('0' + value / 10)).append((char) ('0' + value % 10));
  }

  public static Optional<Instant> parse(String text) {
    for (DateTimeFormatter form : ACCEPTED) {
      try {
        return Optional.of(Instant.from(form.parse(text.strip())));
      } catch (DateTimeException other) {
        continue;
      }
    }
    return Optional.empty();
  }
}
