package io.virga.control.compute.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.StorableInstant;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** How the API writes and reads times. */
final class Times {

  private static final int DATE_LENGTH = 10;

  private Times() {}

  /** With its zone and whole seconds, as Nova writes most. */
  static String text(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Without a zone, as Nova writes some. */
  static String bare(Instant instant) {
    String text = text(instant);
    return text.substring(0, text.length() - 1) + ".000000";
  }

  /** ISO 8601, a date or with a time; in UTC unless it says otherwise. */
  static Instant parse(String name, String asked) {
    String text = asked.strip().replace(' ', 'T');
    try {
      if (text.length() == DATE_LENGTH) {
        return StorableInstant.check(
            name, LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
      }
      boolean zoned = text.endsWith("Z") || text.substring(DATE_LENGTH).matches(".*[+-].*");
      return StorableInstant.check(
          name,
          zoned
              ? OffsetDateTime.parse(text).toInstant()
              : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException | StringIndexOutOfBoundsException e) {
      throw ApiFault.badRequest(
          "%s: '%s' is not a time as in 2030-01-31T23:59:59Z".formatted(name, asked));
    }
  }
}
