package io.virga.control.compute.store;

import io.virga.control.compute.model.KeyPair;
import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Key pairs. They belong to users, not to projects. */
public final class KeyPairStore {

  private static final String INSERT =
      """
      INSERT INTO key_pair (user_id, name, type, public_key, fingerprint)
      VALUES (:user, :name, :type, :key, :fingerprint)
      """;

  public Flux<KeyPair> list(Session session, String userId) {
    return session
        .sql("SELECT * FROM key_pair WHERE user_id = :user ORDER BY name")
        .bind("user", userId)
        .all(KeyPairStore::keyPair);
  }

  public Mono<KeyPair> find(Session session, String userId, String name) {
    return session
        .sql("SELECT * FROM key_pair WHERE user_id = :user AND name = :name")
        .bind("user", userId)
        .bind("name", name)
        .one(KeyPairStore::keyPair)
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound("Keypair", name)));
  }

  /** How many the user has; nobody else adds one until the transaction ends. */
  public Mono<Long> lockAndCount(Transaction transaction, String userId) {
    return transaction
        .lock("key_pair " + userId)
        .then(
            transaction
                .sql("SELECT count(*) AS pairs FROM key_pair WHERE user_id = :user")
                .bind("user", userId)
                .one(row -> row.number("pairs")));
  }

  public Mono<Void> insert(Session session, KeyPair pair) {
    return session
        .sql(INSERT)
        .bind("user", pair.userId())
        .bind("name", pair.name())
        .bind("type", pair.type())
        .bind("key", pair.publicKey())
        .bind("fingerprint", pair.fingerprint())
        .execute()
        .then();
  }

  public Mono<Void> delete(Session session, String userId, String name) {
    return session
        .sql("DELETE FROM key_pair WHERE user_id = :user AND name = :name")
        .bind("user", userId)
        .bind("name", name)
        .execute()
        .flatMap(
            rows ->
                rows == 1 ? Mono.empty() : Mono.error(() -> ApiFault.notFound("Keypair", name)));
  }

  private static KeyPair keyPair(Row row) {
    return new KeyPair(
        row.text("user_id"),
        row.text("name"),
        row.text("type"),
        row.text("public_key"),
        row.text("fingerprint"),
        row.time("created_at"));
  }
}
