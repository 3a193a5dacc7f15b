package io.virga.control.identity.password;

import io.virga.control.database.Row;
import io.virga.control.identity.options.UserOptions;
import java.time.Instant;
import java.util.Optional;

/**
 * What, beside the secret, decides whether a user is let in.
 *
 * @param failures wrong secrets since the last good one
 * @param failedAt the newest of them
 */
public record LoginState(
    Optional<Instant> passwordSetAt,
    Optional<Instant> passwordExpiresAt,
    int failures,
    Optional<Instant> failedAt,
    UserOptions options) {

  /** All that is read of it, of {@code identity_user u}. */
  public static final String COLUMNS =
      "u.password_set_at, u.password_expires_at, u.failed_attempts, u.failed_at,"
          + " u.options::text AS options";

  public static LoginState of(Row row) {
    return new LoginState(
        row.optionalTime("password_set_at"),
        row.optionalTime("password_expires_at"),
        row.integer("failed_attempts"),
        row.optionalTime("failed_at"),
        UserOptions.parse(row.text("options")));
  }

  public boolean isExpired(Instant now) {
    return !options.ignoresExpiry() && passwordExpiresAt.filter(at -> !at.isAfter(now)).isPresent();
  }
}
