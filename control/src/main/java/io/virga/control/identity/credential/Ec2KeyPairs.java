package io.virga.control.identity.credential;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.identity.roles.EffectiveRoles;
import io.virga.control.identity.s3.S3Credentials;
import io.virga.control.identity.view.Keystone;
import java.util.List;
import org.springframework.dao.DuplicateKeyException;
import reactor.core.publisher.Mono;

/** The key pairs, each told to the object stores. */
public final class Ec2KeyPairs {

  private static final String COLUMNS =
      "SELECT access, secret, user_id, project_id FROM identity_ec2_credential ";

  private static final String INSERT =
      """
      INSERT INTO identity_ec2_credential (access, secret, user_id, project_id)
      VALUES (:access, :secret, :user, :project)
      """;

  private final Database database;
  private final S3Credentials s3;

  public Ec2KeyPairs(Database database, S3Credentials s3) {
    this.database = database;
    this.s3 = s3;
  }

  Mono<List<Ec2KeyPair>> ofUser(String user) {
    return database
        .sql(COLUMNS + "WHERE user_id = :user ORDER BY access")
        .bind("user", user)
        .all(Ec2KeyPair::of)
        .collectList();
  }

  Mono<Ec2KeyPair> find(String user, String access) {
    return database
        .sql(COLUMNS + "WHERE user_id = :user AND access = :access")
        .bind("user", user)
        .bind("access", access)
        .one(Ec2KeyPair::of)
        .switchIfEmpty(Mono.error(() -> Keystone.notFound("credential", access)));
  }

  /** By its id among all credentials, a digest of the access key; empty if there is none. */
  Mono<Ec2KeyPair> findByCredentialId(String id) {
    return database
        .sql(COLUMNS + "WHERE encode(sha256(convert_to(access, 'UTF8')), 'hex') = :id")
        .bind("id", id)
        .one(Ec2KeyPair::of);
  }

  Mono<Ec2KeyPair> store(Ec2KeyPair pair) {
    return database.inTransaction(
        tx ->
            EffectiveRoles.onProject(tx, pair.userId(), pair.projectId())
                .filter(roles -> !roles.isEmpty())
                .switchIfEmpty(
                    Mono.error(
                        () ->
                            ApiFault.forbidden(
                                "User %s has no role on project %s."
                                    .formatted(pair.userId(), pair.projectId()))))
                .then(insert(tx, pair))
                .then(s3.userChanged(tx, pair.userId()))
                .thenReturn(pair));
  }

  private static Mono<Void> insert(Transaction transaction, Ec2KeyPair pair) {
    return transaction
        .sql(INSERT)
        .bind("access", pair.access())
        .bind("secret", pair.secret())
        .bind("user", pair.userId())
        .bind("project", pair.projectId())
        .execute()
        .onErrorMap(
            DuplicateKeyException.class,
            e -> ApiFault.conflict("The access key " + pair.access() + " is taken."))
        .then();
  }

  Mono<Void> remove(Ec2KeyPair pair) {
    return database.inTransaction(
        tx ->
            tx.sql("DELETE FROM identity_ec2_credential WHERE access = :access")
                .bind("access", pair.access())
                .execute()
                .then(s3.remove(tx, pair.access())));
  }
}
