package io.virga.control.identity.password;

import io.virga.control.database.Database;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.identity.options.UserOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Users' passwords, by the rules. Hashing is done before a transaction begins. */
public final class UserPasswords {

  private static final String KEEP_OLD =
      """
      INSERT INTO identity_password_history (user_id, hash, replaced_at)
      SELECT id, password_hash, :now FROM identity_user
       WHERE id = :user AND password_hash IS NOT NULL
      """;

  private static final String FORGET_OLDEST =
      """
      DELETE FROM identity_password_history WHERE ctid IN (
        SELECT ctid FROM identity_password_history WHERE user_id = :user
         ORDER BY replaced_at DESC OFFSET :kept)
      """;

  private static final String SET =
      """
      UPDATE identity_user
         SET password_hash = :hash, password_set_at = :now, password_expires_at = :expires,
             failed_attempts = 0, failed_at = NULL
       WHERE id = :user
      """;

  /** The newest first. */
  private static final String USED =
      """
      SELECT hash FROM (
        SELECT password_hash AS hash, 'infinity'::timestamptz AS until FROM identity_user
         WHERE id = :user AND password_hash IS NOT NULL
        UNION ALL
        SELECT hash, replaced_at FROM identity_password_history WHERE user_id = :user) x
       ORDER BY until DESC LIMIT :count
      """;

  private static final String FAILED =
      """
      UPDATE identity_user
         SET failed_attempts =
               CASE WHEN failed_at < :forgotten THEN 1 ELSE failed_attempts + 1 END,
             failed_at = :now
       WHERE id = :user
      """;

  private static final String SUCCEEDED =
      "UPDATE identity_user SET failed_attempts = 0, failed_at = NULL WHERE id = :user";

  private final Passwords hashes;
  private final PasswordRules rules;
  private final InstantSource clock;

  public UserPasswords(Passwords hashes, PasswordRules rules, InstantSource clock) {
    this.hashes = hashes;
    this.rules = rules;
    this.clock = clock;
  }

  public PasswordRules rules() {
    return rules;
  }

  /** For other secrets. */
  public Passwords hashes() {
    return hashes;
  }

  /** Whether it is the password; see {@link Passwords#matches}. */
  public Mono<Boolean> matches(String password, Optional<String> hash) {
    return hashes.matches(password, hash);
  }

  /** The hash of a password that is as the rules ask; fails, bad request, otherwise. */
  public Mono<String> hash(String password) {
    return Mono.defer(
        () -> {
          rules.check(password);
          return hashes.hash(password);
        });
  }

  /** Fails, bad request, if the user has had the password and may not have it again. */
  public Mono<Void> checkUnused(Session session, String userId, String password) {
    if (rules.history() < 2) {
      return Mono.empty();
    }
    return session
        .sql(USED)
        .bind("user", userId)
        .bind("count", rules.history() - 1)
        .all(row -> row.text("hash"))
        .collectList()
        .flatMapMany(Flux::fromIterable)
        .concatMap(hash -> hashes.matches(password, Optional.of(hash)))
        .any(matches -> matches)
        .doOnNext(
            used -> {
              if (used) {
                throw ApiFault.badRequest(
                    "The new password cannot be identical to a previous password. The total number"
                        + " which includes the new password must be unique is %d."
                            .formatted(rules.history()));
              }
            })
        .then();
  }

  /** Fails, bad request, if the user has the password for too short a time to change it. */
  public void checkAge(Optional<Instant> setAt) {
    Instant now = clock.instant();
    setAt
        .map(at -> at.plus(rules.minimumAge()))
        .filter(now::isBefore)
        .ifPresent(
            until -> {
              throw ApiFault.badRequest(
                  ("You cannot change your password at this time due to the minimum password age."
                          + " Once you change your password, it must be used for %d day(s) before"
                          + " it can be changed. Please try again in %d day(s) or contact your"
                          + " administrator to reset your password.")
                      .formatted(
                          rules.minimumAge().toDays(), Duration.between(now, until).toDays() + 1));
            });
  }

  /** When a password that is set now ends. */
  public Optional<Instant> expiry(boolean byAdministrator, UserOptions options) {
    return rules.expiresAt(clock.instant(), byAdministrator, options);
  }

  /** Sets it. */
  public Mono<Void> set(
      Transaction transaction, String userId, String hash, Optional<Instant> expiresAt) {
    Instant now = clock.instant();
    return keepOld(transaction, userId, now)
        .then(
            transaction
                .sql(SET)
                .bind("user", userId)
                .bind("hash", hash)
                .bind("now", now)
                .bind("expires", expiresAt, Instant.class)
                .execute())
        .then();
  }

  private Mono<Void> keepOld(Transaction transaction, String userId, Instant now) {
    if (rules.history() < 2) {
      return Mono.empty();
    }
    return transaction
        .sql(KEEP_OLD)
        .bind("user", userId)
        .bind("now", now)
        .execute()
        .then(
            transaction
                .sql(FORGET_OLDEST)
                .bind("user", userId)
                .bind("kept", rules.history() - 1)
                .execute())
        .then();
  }

  /** What is to be thought of a secret. */
  public enum Verdict {
    GOOD,
    WRONG,
    /** The user is shut out, whatever the secret. */
    LOCKED
  }

  /** Counts what was wrong. */
  public Mono<Verdict> judge(Database database, String userId, LoginState state, boolean good) {
    if (rules.locks(state, clock.instant())) {
      return Mono.just(Verdict.LOCKED);
    }
    return good ? Mono.just(Verdict.GOOD) : failed(database, userId).thenReturn(Verdict.WRONG);
  }

  /** Counts a wrong password, where that leads to anything. */
  private Mono<Void> failed(Database database, String userId) {
    return Mono.justOrEmpty(rules.lockout())
        .flatMap(
            lockout ->
                database
                    .sql(FAILED)
                    .bind("user", userId)
                    .bind("now", clock.instant())
                    .bind("forgotten", clock.instant().minus(lockout.duration()))
                    .execute())
        .then();
  }

  /** Forgets the wrong ones before a good one. */
  public Mono<Void> succeeded(Database database, String userId, LoginState state) {
    return state.failures() == 0
        ? Mono.empty()
        : database.sql(SUCCEEDED).bind("user", userId).execute().then();
  }
}
