package io.virga.objectstore.swift.expiry;

import io.virga.objectstore.http.Request;
import io.virga.objectstore.store.Expiry;
import io.virga.objectstore.swift.wire.SwiftError;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** {@code X-Delete-At} and {@code X-Delete-After}; the second of them wins. */
public final class ExpiryHeaders {

  private static final String AFTER = "x-delete-after";
  private static final int MAXIMUM_DIGITS = 12;

  /** What is later than this second is as this second. */
  private static final long LATEST = 9_999_999_999L;

  private ExpiryHeaders() {}

  /** Puts the time that a request gives into the metadata of its object. */
  public static void apply(Map<String, String> metadata, Request request, InstantSource clock) {
    long now = clock.instant().getEpochSecond();
    Optional<String> after = request.header(AFTER);
    Optional<String> at = request.header(Expiry.DELETE_AT);
    if (after.isPresent()) {
      long seconds = number(after.get(), "X-Delete-After");
      if (seconds <= 0) {
        throw SwiftError.badRequest("X-Delete-After in past");
      }
      metadata.put(Expiry.DELETE_AT, Long.toString(Math.min(now + seconds, LATEST)));
    } else if (at.isPresent()) {
      long second = number(at.get(), "X-Delete-At");
      if (second <= now) {
        throw SwiftError.badRequest("X-Delete-At in past");
      }
      metadata.put(Expiry.DELETE_AT, Long.toString(second));
    }
  }

  private static long number(String text, String header) {
    String digits = text.strip();
    if (!digits.matches("-?[0-9]+")) {
      throw SwiftError.badRequest("Non-integer " + header);
    }
    return digits.length() > MAXIMUM_DIGITS
        ? (digits.startsWith("-") ? 0 : LATEST)
        : Math.min(Long.parseLong(digits), LATEST);
  }
}
