package io.virga.control.compute.api;

import io.r2dbc.spi.R2dbcException;
import io.virga.control.fault.ApiFault;

/** Regular expressions of clients, which the database evaluates: it does not try for ever. */
final class Regexes {

  /** PostgreSQL's {@code invalid_regular_expression}. */
  private static final String INVALID = "2201B";

  private Regexes() {}

  static boolean isInvalid(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof R2dbcException failure && INVALID.equals(failure.getSqlState())) {
        return true;
      }
    }
    return false;
  }

  static ApiFault refusal() {
    return ApiFault.badRequest("A filter of the list is not a regular expression.");
  }
}
