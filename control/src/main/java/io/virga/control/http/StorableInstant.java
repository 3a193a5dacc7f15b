package io.virga.control.http;

import io.virga.control.fault.ApiFault;
import java.time.Instant;

/** Times of clients, which Java knows for a billion years, and the database for fewer. */
public final class StorableInstant {

  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

  private StorableInstant() {}

  /**
   * The same time.
   *
   * @throws ApiFault bad request, if it is not of the years 1 to 9999
   */
  public static Instant check(String where, Instant time) {
    if (time.isBefore(FIRST) || time.isAfter(LAST)) {
      throw ApiFault.badRequest(where + ": '" + time + "' is not of the years 1 to 9999");
    }
    return time;
  }
}
