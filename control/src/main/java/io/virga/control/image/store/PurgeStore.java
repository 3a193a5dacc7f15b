package io.virga.control.image.store;

import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Images that are gone, whose objects are still there. */
public final class PurgeStore {

  private static final String ADD =
      "INSERT INTO image_purge (image_id) VALUES (:id) ON CONFLICT DO NOTHING";

  /** A volume that is made of the image fetches from it until it says that it has everything. */
  private static final String READY =
      """
      SELECT p.image_id FROM image_purge p
       WHERE NOT EXISTS (SELECT FROM volume v WHERE v.image_id = p.image_id::text AND NOT v.fetched)
       ORDER BY p.deleted_at LIMIT 100
      """;

  private static final String IS_PURGED =
      "SELECT EXISTS (SELECT FROM image_purge WHERE image_id = :id) AS there";

  public Mono<Void> add(Transaction transaction, UUID imageId) {
    return transaction.sql(ADD).bind("id", imageId).execute().then();
  }

  /** Those that nobody reads any more. */
  public Flux<UUID> ready(Session session) {
    return session.sql(READY).all(row -> row.uuid("image_id"));
  }

  /** Whether objects of a deleted image of the id are still there. */
  public Mono<Boolean> isWaiting(Session session, UUID imageId) {
    return session.sql(IS_PURGED).bind("id", imageId).one(row -> row.flag("there"));
  }

  public Mono<Void> done(Session session, UUID imageId) {
    return session
        .sql("DELETE FROM image_purge WHERE image_id = :id")
        .bind("id", imageId)
        .execute()
        .then();
  }
}
