package io.virga.control.image.store;

import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** In which stores images are that have their bytes. */
public final class PlacementStore {

  private static final String BEGIN =
      """
      UPDATE image SET importing_to = :stores, failed_import = ARRAY[]::text[], updated_at = now()
       WHERE id = :id AND status = 'active' AND coalesce(cardinality(importing_to), 0) = 0
      """;

  private static final String PLACED =
      """
      UPDATE image
         SET stores = ARRAY(SELECT DISTINCT s FROM unnest(stores || CAST(:stores AS text[])) s
                             ORDER BY s),
             importing_to = ARRAY(SELECT s FROM unnest(importing_to) s
                                   WHERE s <> ALL(CAST(:stores AS text[]))),
             updated_at = now()
       WHERE id = :id
      """;

  private static final String FAILED =
      """
      UPDATE image SET importing_to = array_remove(importing_to, CAST(:store AS text)),
             failed_import = failed_import || CAST(:store AS text), updated_at = now()
       WHERE id = :id
      """;

  private static final String LEFT =
      """
      UPDATE image SET stores = array_remove(stores, CAST(:store AS text)), updated_at = now()
       WHERE id = :id
      """;

  private static final String FORGET =
      """
      UPDATE image i SET failed_import = failed_import || importing_to, importing_to = ARRAY[]::text[]
       WHERE i.saving_on IS NULL AND i.importing_to IS NOT NULL
         AND EXISTS (SELECT FROM image_task t WHERE t.image_id = i.id AND t.control = :control
                        AND t.status = 'processing')
      """;

  /**
   * Takes the one right to copy an image to further stores; false if it is not active, or being
   * copied already.
   */
  public Mono<Boolean> begin(Transaction transaction, UUID id, List<String> stores) {
    return transaction
        .sql(BEGIN)
        .bind("id", id)
        .bind("stores", stores.toArray(String[]::new))
        .execute()
        .map(rows -> rows == 1);
  }

  /** The stores have all of it; false if the image was deleted meanwhile. */
  public Mono<Boolean> placed(Session session, UUID id, List<String> stores) {
    return session
        .sql(PLACED)
        .bind("id", id)
        .bind("stores", stores.toArray(String[]::new))
        .execute()
        .map(rows -> rows == 1);
  }

  /** The store will not have it; false if the image was deleted meanwhile. */
  public Mono<Boolean> failed(Session session, UUID id, String store) {
    return run(session, FAILED, id, store);
  }

  /** It is to be in the store no longer. */
  public Mono<Void> leave(Session session, UUID id, String store) {
    return run(session, LEFT, id, store).then();
  }

  /** What an earlier life of this control process was copying has failed. */
  public Mono<Void> forget(Session session, String control) {
    return session.sql(FORGET).bind("control", control).execute().then();
  }

  private static Mono<Boolean> run(Session session, String sql, UUID id, String store) {
    return session.sql(sql).bind("id", id).bind("store", store).execute().map(rows -> rows == 1);
  }
}
