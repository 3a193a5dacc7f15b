package io.virga.objectstore.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Times as headers write them (RFC 9110 §5.6.7). */
public final class HttpDates {

  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

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

  public static String format(long epochSecond) {
    return FORMAT.format(Instant.ofEpochSecond(epochSecond));
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
