package io.virga.control.identity.directory;

import static io.virga.control.policy.Rule.ANYONE;

import io.virga.control.database.Database;
import io.virga.control.database.Row;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.identity.password.AttemptLimits;
import io.virga.control.identity.password.LoginState;
import io.virga.control.identity.password.Passwords;
import io.virga.control.identity.password.UserPasswords;
import io.virga.control.identity.revocation.Revocations;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * {@code POST /v3/users/{id}/password}. The old password is the proof, so one that has expired can
 * be changed too.
 */
public final class PasswordRoutes {

  private static final String USER =
      """
      SELECT u.password_hash, %s
        FROM identity_user u JOIN identity_domain d ON d.id = u.domain_id
       WHERE u.id = :id AND u.enabled AND d.enabled
      """
          .formatted(LoginState.COLUMNS);

  private final Database database;
  private final UserPasswords passwords;
  private final AttemptLimits limits;
  private final Revocations revocations;

  public PasswordRoutes(
      Database database, UserPasswords passwords, AttemptLimits limits, Revocations revocations) {
    this.database = database;
    this.passwords = passwords;
    this.limits = limits;
    this.revocations = revocations;
  }

  private record Known(Optional<String> hash, LoginState state) {

    static Known of(Row row) {
      return new Known(row.optionalText("password_hash"), LoginState.of(row));
    }
  }

  public List<Route> routes() {
    return List.of(Route.post("/v3/users/{id}/password", ANYONE, this::change));
  }

  private Mono<ServerResponse> change(ApiRequest request) {
    String id = request.path("id");
    return request
        .json()
        .map(body -> body.object("user"))
        .flatMap(
            body ->
                limits
                    .limited(
                        id,
                        request.origin().address(),
                        ApiFault::isUnauthorized,
                        proven(id, body.text("original_password", Passwords.MAX_LENGTH)))
                    .flatMap(known -> change(id, known, body)))
        .then(revocations.reload())
        .then(Replies.noContent());
  }

  /** The user, if that is its password and it is not shut out. */
  private Mono<Known> proven(String id, String password) {
    return database
        .sql(USER)
        .bind("id", id)
        .one(Known::of)
        .singleOptional()
        .flatMap(
            known ->
                passwords
                    .matches(password, known.flatMap(Known::hash))
                    .flatMap(good -> judge(id, known, good)));
  }

  private Mono<Known> judge(String id, Optional<Known> found, boolean good) {
    if (found.isEmpty()) {
      return Mono.error(wrong());
    }
    Known known = found.get();
    return passwords
        .judge(database, id, known.state(), good)
        .filter(verdict -> verdict == UserPasswords.Verdict.GOOD)
        .switchIfEmpty(Mono.error(PasswordRoutes::wrong))
        .then(passwords.succeeded(database, id, known.state()))
        .thenReturn(known);
  }

  private static ApiFault wrong() {
    return ApiFault.unauthorized("The request you have made requires authentication.");
  }

  private Mono<Void> change(String id, Known known, JsonBody body) {
    String password = body.text("password", Passwords.MAX_LENGTH);
    if (known.state().options().locksPassword()) {
      throw ApiFault.forbidden(
          "You cannot change your password at this time due to password policy disallowing password"
              + " changes. Please contact your administrator to reset your password.");
    }
    passwords.checkAge(known.state().passwordSetAt());
    return passwords
        .checkUnused(database, id, password)
        .then(passwords.hash(password))
        .flatMap(
            hash ->
                database.inTransaction(
                    tx -> set(tx, id, hash, passwords.expiry(false, known.state().options()))));
  }

  private Mono<Void> set(Transaction tx, String id, String hash, Optional<Instant> expiry) {
    return passwords.set(tx, id, hash, expiry).then(revocations.revokeUser(tx, id));
  }
}
