package io.virga.control.identity.view;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.StorableInstant;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/** Times as Keystone reads and writes them. */
public final class Times {

  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private static final Pattern ZONED = Pattern.compile(".*T.*(Z|[+-][0-9]{2}:?[0-9]{2})");

  private Times() {}

  /** With microseconds and a {@code Z}. */
  public static String text(Instant instant) {
    return FORMAT.format(instant);
  }

  /**
   * With or without a zone; without, it is UTC.
   *
   * @throws ApiFault bad request, if it is no time
   */
  public static Instant parse(String where, String text) {
    try {
      return StorableInstant.check(
          where,
          ZONED.matcher(text).matches()
              ? OffsetDateTime.parse(text).toInstant()
              : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC));
    } catch (DateTimeParseException e) {
      throw ApiFault.badRequest(where + ": '" + text + "' is not a time like 2027-01-31T12:00:00Z");
    }
  }
}
