package io.virga.control.image.store;

import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.image.model.Image;
import io.virga.control.image.model.Placement;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Images that are to be in a store no longer, and may still be there. */
public final class PurgeStore {

  private static final String ADD =
      """
      INSERT INTO image_purge (image_id, store) SELECT :id, s FROM unnest(CAST(:stores AS text[])) s
      ON CONFLICT DO NOTHING
      """;

  /** A volume that is made of the image fetches from it until it says that it has everything. */
  private static final String READY =
      """
      SELECT p.image_id, p.store FROM image_purge p
       WHERE p.store = :store
         AND NOT (p.store = :streamed
                  AND EXISTS (SELECT FROM volume v
                               WHERE v.image_id = p.image_id::text AND NOT v.fetched))
       ORDER BY p.deleted_at LIMIT 100
      """;

  private static final String IS_PURGED =
      "SELECT EXISTS (SELECT FROM image_purge WHERE image_id = :id) AS there";

  private static final String IS_PURGED_FROM =
      """
      SELECT EXISTS (SELECT FROM image_purge WHERE image_id = :id AND store = ANY(:stores)) AS there
      """;

  private final List<String> stores;
  private final String streamed;

  /**
   * @param stores all that there are
   * @param streamed the one that volumes fetch from
   */
  public PurgeStore(List<String> stores, String streamed) {
    this.stores = List.copyOf(stores);
    this.streamed = streamed;
  }

  /** One of an image's stores. */
  public record Place(UUID imageId, String store) {}

  /** From all stores that there are here. */
  public Mono<Void> addAll(Transaction transaction, UUID imageId) {
    return add(transaction, imageId, stores);
  }

  /** From those that it is in or was to be in, and from all that there are here. */
  public Mono<Void> add(Transaction transaction, Image image) {
    Placement placement = image.placement();
    return add(
        transaction,
        image.id(),
        Stream.of(
                stores.stream(),
                placement.stores().stream(),
                placement.progress().stream().flatMap(progress -> progress.waiting().stream()))
            .flatMap(all -> all)
            .distinct()
            .toList());
  }

  public Mono<Void> add(Transaction transaction, UUID imageId, List<String> from) {
    return transaction
        .sql(ADD)
        .bind("id", imageId)
        .bind("stores", from.toArray(String[]::new))
        .execute()
        .then();
  }

  /** All stores that there are here. */
  public List<String> stores() {
    return stores;
  }

  /** Some of those in a store that nobody reads any more. */
  public Flux<Place> ready(Session session, String store) {
    return session
        .sql(READY)
        .bind("store", store)
        .bind("streamed", streamed)
        .all(row -> new Place(row.uuid("image_id"), row.text("store")));
  }

  /** Whether something of a deleted image of the id may still be anywhere. */
  public Mono<Boolean> isWaiting(Session session, UUID imageId) {
    return session.sql(IS_PURGED).bind("id", imageId).one(row -> row.flag("there"));
  }

  /** Whether something of the image is still to go from one of the stores. */
  public Mono<Boolean> isWaiting(Session session, UUID imageId, List<String> from) {
    return session
        .sql(IS_PURGED_FROM)
        .bind("id", imageId)
        .bind("stores", from.toArray(String[]::new))
        .one(row -> row.flag("there"));
  }

  public Mono<Void> done(Session session, Place place) {
    return session
        .sql("DELETE FROM image_purge WHERE image_id = :id AND store = :store")
        .bind("id", place.imageId())
        .bind("store", place.store())
        .execute()
        .then();
  }
}
