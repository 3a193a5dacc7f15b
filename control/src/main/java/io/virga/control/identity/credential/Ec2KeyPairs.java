package io.virga.control.identity.credential;

import io.virga.control.database.Database;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.identity.roles.EffectiveRoles;
import io.virga.control.identity.s3.S3Credentials;
import io.virga.control.identity.view.Keystone;
import io.virga.control.policy.Caller;
import java.util.List;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import reactor.core.publisher.Mono;

/**
 * The key pairs, each told to the object stores. Administrators make them also before there is a
 * role for them: what one opens is looked at when it is used.
 */
public final class Ec2KeyPairs {

  private static final String INSERT =
      """
      INSERT INTO identity_ec2_credential (id, access, secret, user_id, project_id, extra)
      VALUES (:id, :access, :secret, :user, :project, CAST(:extra AS jsonb))
      """;

  private static final String UPDATE =
      """
      UPDATE identity_ec2_credential
         SET access = :access, secret = :secret, user_id = :user, project_id = :project,
             extra = CAST(:extra AS jsonb)
       WHERE id = :id
      """;

  private final Database database;
  private final S3Credentials s3;

  public Ec2KeyPairs(Database database, S3Credentials s3) {
    this.database = database;
    this.s3 = s3;
  }

  Mono<List<Ec2KeyPair>> ofUser(String user) {
    return database
        .sql(Ec2KeyPair.COLUMNS + "WHERE user_id = :user ORDER BY access")
        .bind("user", user)
        .all(Ec2KeyPair::of)
        .collectList();
  }

  Mono<Ec2KeyPair> find(String user, String access) {
    return database
        .sql(Ec2KeyPair.COLUMNS + "WHERE user_id = :user AND access = :access")
        .bind("user", user)
        .bind("access", access)
        .one(Ec2KeyPair::of)
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("credential", access)));
  }

  /** By its id among all credentials; empty if there is none. */
  static Mono<Ec2KeyPair> findById(Session session, String id, String lock) {
    return session
        .sql(Ec2KeyPair.COLUMNS + "WHERE id = :id " + lock)
        .bind("id", id)
        .one(Ec2KeyPair::of);
  }

  Mono<Ec2KeyPair> store(Caller caller, Ec2KeyPair pair) {
    return database.inTransaction(
        tx ->
            checkRole(tx, caller, pair)
                .then(write(tx.sql(INSERT), pair))
                .then(s3.userChanged(tx, pair.userId()))
                .thenReturn(pair));
  }

  Mono<Ec2KeyPair> change(Transaction tx, Caller caller, Ec2KeyPair before, Ec2KeyPair after) {
    boolean renamed = !before.access().equals(after.access());
    return checkRole(tx, caller, after)
        .then(write(tx.sql(UPDATE), after))
        .then(renamed ? s3.remove(tx, before.access()) : Mono.empty())
        .then(s3.userChanged(tx, after.userId()))
        .thenReturn(after);
  }

  private static Mono<Void> checkRole(Transaction tx, Caller caller, Ec2KeyPair pair) {
    if (caller.isAdmin()) {
      return Mono.empty();
    }
    return EffectiveRoles.onProject(tx, pair.userId(), pair.projectId())
        .doOnNext(
            roles -> {
              if (roles.isEmpty()) {
                throw ApiFault.forbidden(
                    "User %s has no role on project %s."
                        .formatted(pair.userId(), pair.projectId()));
              }
            })
        .then();
  }

  private static Mono<Void> write(Statement statement, Ec2KeyPair pair) {
    return pair.bind(statement)
        .execute()
        .onErrorMap(
            DuplicateKeyException.class,
            e -> ApiFault.conflict("The access key " + pair.access() + " is taken."))
        .onErrorMap(DataIntegrityViolationException.class, e -> Credential.dangling())
        .then();
  }

  Mono<Void> remove(Ec2KeyPair pair) {
    return database.inTransaction(
        tx ->
            tx.sql("DELETE FROM identity_ec2_credential WHERE id = :id")
                .bind("id", pair.id())
                .execute()
                .then(s3.remove(tx, pair.access())));
  }
}
