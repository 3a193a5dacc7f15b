package io.virga.control.identity.password;

import io.virga.control.fault.ApiFault;
import io.virga.control.identity.options.UserOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the configuration asks of passwords.
 *
 * @param requirement what a new one must be like
 * @param expiry how long one is good
 * @param history how many, the newest among them, must differ; 0 and 1 are the same
 * @param minimumAge how long one is kept before its user may change it
 * @param changeAtFirstUse whether one that an administrator has set only serves to be changed
 */
public record PasswordRules(
    Optional<Requirement> requirement,
    Optional<Duration> expiry,
    int history,
    Duration minimumAge,
    boolean changeAtFirstUse,
    Optional<Lockout> lockout) {

  /** Asks nothing. */
  public static final PasswordRules NONE =
      new PasswordRules(
          Optional.empty(), Optional.empty(), 0, Duration.ZERO, false, Optional.empty());

  /**
   * What a password is like.
   *
   * @param description what users are told
   */
  public record Requirement(Pattern regex, String description) {}

  /**
   * When a user is shut out, and for how long.
   *
   * @param attempts wrong ones one after another, at least 1
   */
  public record Lockout(int attempts, Duration duration) {

    boolean holds(int failures, Optional<Instant> failedAt, Instant now) {
      return failures >= attempts
          && failedAt.filter(at -> at.plus(duration).isAfter(now)).isPresent();
    }
  }

  /** Whether the user is shut out. */
  boolean locks(LoginState state, Instant now) {
    return lockout.isPresent()
        && !state.options().ignoresLockout()
        && lockout.get().holds(state.failures(), state.failedAt(), now);
  }

  /**
   * @throws ApiFault bad request, if a new password is not as it should be
   */
  void check(String password) {
    requirement
        .filter(required -> !required.regex().matcher(password).lookingAt())
        .ifPresent(
            required -> {
              throw ApiFault.badRequest(
                  "The password does not match the requirements: " + required.description() + ".");
            });
  }

  /** When a password that is set now ends, if it does. */
  Optional<Instant> expiresAt(Instant now, boolean byAdministrator, UserOptions options) {
    if (byAdministrator && changeAtFirstUse && !options.ignoresFirstUse()) {
      return Optional.of(now);
    }
    return options.ignoresExpiry() ? Optional.empty() : expiry.map(now::plus);
  }
}
