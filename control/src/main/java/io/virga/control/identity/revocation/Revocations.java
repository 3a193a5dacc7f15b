package io.virga.control.identity.revocation;

import io.virga.control.database.Database;
import io.virga.control.database.Reloading;
import io.virga.control.database.Row;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.http.Ids;
import io.virga.control.watch.DesiredStates;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.RevocationSpec;
import io.virga.dataplane.token.Claims;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Makes tokens void before they expire: written with the change that is the reason, told to the
 * object stores, and held against every token that control itself sees. Other control processes
 * follow within 2 s.
 */
public final class Revocations {

  private static final String INSERT =
      """
      INSERT INTO identity_revocation
        (id, token_id, user_id, project_id, delegation_id, issued_before, expires_at)
      VALUES (:id, :token, :user, :project, :delegation, :issuedBefore, :expires)
      """;

  private static final String CURRENT =
      """
      SELECT id, token_id, user_id, project_id, delegation_id, issued_before, expires_at
        FROM identity_revocation WHERE expires_at > :now
      """;

  /** Also those that were lent on: their first lender is the user. */
  private static final String TRUSTS_WITH =
      """
      WITH RECURSIVE trust AS (
        SELECT id FROM identity_trust WHERE trustor_id = :user OR trustee_id = :user
        UNION
        SELECT t.id FROM identity_trust t JOIN trust x ON t.redelegated_trust_id = x.id)
      SELECT id FROM trust
      """;

  private static final String TRUSTS_ON =
      """
      WITH RECURSIVE trust AS (
        SELECT id FROM identity_trust WHERE trustor_id = :user AND project_id = :project
        UNION
        SELECT t.id FROM identity_trust t JOIN trust x ON t.redelegated_trust_id = x.id)
      SELECT id FROM trust
      """;

  private static final String BEARERS =
      """
      WITH RECURSIVE prior AS (
        SELECT CAST(:role AS text) AS id
        UNION
        SELECT i.prior_id FROM identity_implied_role i JOIN prior p ON i.implied_id = p.id)
      SELECT DISTINCT coalesce(a.user_id, m.user_id) AS id
        FROM identity_assignment a JOIN prior p ON p.id = a.role_id
        LEFT JOIN identity_membership m ON m.group_id = a.group_id
       WHERE coalesce(a.user_id, m.user_id) IS NOT NULL
      """;

  private static final String EXPIRED =
      "DELETE FROM identity_revocation WHERE expires_at <= :now RETURNING id";

  private final Database database;
  private final DesiredStates desired;
  private final InstantSource clock;
  private final Duration longestToken;
  private final Reloading<List<RevocationSpec>> reloading;

  /**
   * @param longestToken no token lives longer
   * @param verifier is given the whole list whenever it may have changed
   */
  public Revocations(
      Database database,
      DesiredStates desired,
      InstantSource clock,
      Duration longestToken,
      Consumer<List<RevocationSpec>> verifier) {
    this.database = database;
    this.desired = desired;
    this.clock = clock;
    this.longestToken = longestToken;
    this.reloading = new Reloading<>("revocations", current(), verifier);
  }

  /** One token. */
  public Mono<Void> revokeToken(Transaction transaction, Claims claims) {
    return add(
        transaction,
        revocation(claims.expiresAt(), claims.expiresAt())
            .withToken(Optional.of(claims.tokenId())));
  }

  /** All that the user's tokens open until now, and those that came of its trusts. */
  public Mono<Void> revokeUser(Transaction transaction, String userId) {
    return add(transaction, untilNow().withUser(Optional.of(userId)))
        .then(revokeTrusts(transaction.sql(TRUSTS_WITH).bind("user", userId), transaction));
  }

  private Mono<Void> revokeTrusts(Statement trusts, Transaction transaction) {
    return trusts
        .all(row -> row.text("id"))
        .collectList()
        .flatMapMany(Flux::fromIterable)
        .concatMap(trust -> revokeDelegation(transaction, trust))
        .then();
  }

  /** All tokens that are scoped to the project. */
  public Mono<Void> revokeProject(Transaction transaction, String projectId) {
    return add(transaction, untilNow().withProject(Optional.of(projectId)));
  }

  /** The user's tokens that are scoped to the project, and those of its trusts there. */
  public Mono<Void> revokeUserOnProject(Transaction transaction, String userId, String projectId) {
    return add(
            transaction,
            untilNow().withUser(Optional.of(userId)).withProject(Optional.of(projectId)))
        .then(
            revokeTrusts(
                transaction.sql(TRUSTS_ON).bind("user", userId).bind("project", projectId),
                transaction));
  }

  /** All tokens that came of the application credential or of the trust. */
  public Mono<Void> revokeDelegation(Transaction transaction, String delegationId) {
    return add(transaction, untilNow().withDelegation(Optional.of(delegationId)));
  }

  /** All tokens of everyone who has the role, or one that implies it. */
  public Mono<Void> revokeBearers(Transaction transaction, String roleId) {
    return transaction
        .sql(BEARERS)
        .bind("role", roleId)
        .all(row -> row.text("id"))
        .collectList()
        .flatMapMany(Flux::fromIterable)
        .concatMap(user -> revokeUser(transaction, user))
        .then();
  }

  /** Reads the list; a change that was committed before holds when this completes. */
  public Mono<Void> reload() {
    return reloading.now();
  }

  /** Reads the list for as long as it is not disposed of. */
  public Disposable follow() {
    return reloading.follow();
  }

  private Mono<List<RevocationSpec>> current() {
    return Mono.defer(
        () ->
            database
                .sql(CURRENT)
                .bind("now", clock.instant())
                .all(Revocations::spec)
                .collectList());
  }

  /** Forgets what says nothing any more. */
  public Mono<Void> removeExpired() {
    return database.inTransaction(
        tx ->
            tx.sql(EXPIRED)
                .bind("now", clock.instant())
                .all(row -> row.text("id"))
                .collectList()
                .flatMapMany(Flux::fromIterable)
                .concatMap(id -> desired.remove(tx, DesiredStates.EVERY_HOST, Kind.REVOCATION, id))
                .then());
  }

  private Entry untilNow() {
    Instant now = clock.instant();
    return revocation(now, now.plus(longestToken));
  }

  private static Entry revocation(Instant issuedBefore, Instant expiresAt) {
    Optional<String> none = Optional.empty();
    return new Entry(none, none, none, none, new Times(issuedBefore, expiresAt));
  }

  private Mono<Void> add(Transaction transaction, Entry entry) {
    RevocationSpec spec =
        new RevocationSpec(
            Ids.nextHex(),
            1,
            entry.token(),
            entry.user(),
            entry.project(),
            entry.delegation(),
            entry.times().issuedBefore(),
            entry.times().expiresAt());
    return transaction
        .sql(INSERT)
        .bind("id", spec.id())
        .bind("token", spec.tokenId(), String.class)
        .bind("user", spec.userId(), String.class)
        .bind("project", spec.projectId(), String.class)
        .bind("delegation", spec.delegationId(), String.class)
        .bind("issuedBefore", spec.issuedBefore())
        .bind("expires", spec.expiresAt())
        .execute()
        .then(desired.put(transaction, DesiredStates.EVERY_HOST, spec));
  }

  private record Times(Instant issuedBefore, Instant expiresAt) {}

  private record Entry(
      Optional<String> token,
      Optional<String> user,
      Optional<String> project,
      Optional<String> delegation,
      Times times) {

    Entry withToken(Optional<String> id) {
      return new Entry(id, user, project, delegation, times);
    }

    Entry withUser(Optional<String> id) {
      return new Entry(token, id, project, delegation, times);
    }

    Entry withProject(Optional<String> id) {
      return new Entry(token, user, id, delegation, times);
    }

    Entry withDelegation(Optional<String> id) {
      return new Entry(token, user, project, id, times);
    }
  }

  private static RevocationSpec spec(Row row) {
    return new RevocationSpec(
        row.text("id"),
        1,
        row.optionalText("token_id"),
        row.optionalText("user_id"),
        row.optionalText("project_id"),
        row.optionalText("delegation_id"),
        row.time("issued_before"),
        row.time("expires_at"));
  }
}
