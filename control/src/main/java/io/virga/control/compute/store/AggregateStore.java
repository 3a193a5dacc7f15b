package io.virga.control.compute.store;

import io.virga.control.compute.model.Aggregate;
import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Aggregates of hosts, and the availability zones that follow from them. */
public final class AggregateStore {

  private static final String COLUMNS =
      """
      SELECT a.*, a.metadata::text AS items,
             ARRAY(SELECT h.host FROM aggregate_host h WHERE h.aggregate_id = a.id ORDER BY h.host) AS hosts
        FROM aggregate a
      """;

  private static final String ZONES =
      """
      SELECT h.host, min(a.zone) AS zone FROM aggregate_host h JOIN aggregate a ON a.id = h.aggregate_id
       WHERE a.zone IS NOT NULL GROUP BY h.host
      """;

  public Flux<Aggregate> list(Session session) {
    return session.sql(COLUMNS + " ORDER BY a.id").all(AggregateStore::aggregate);
  }

  /** One by its number, or its UUID. */
  public Mono<Aggregate> find(Session session, String id) {
    return find(session, id, "");
  }

  /** Likewise, and keeps others from changing it. */
  public Mono<Aggregate> lock(Transaction transaction, String id) {
    return find(transaction, id, " FOR UPDATE OF a");
  }

  private static Mono<Aggregate> find(Session session, String id, String lock) {
    return session
        .sql(COLUMNS + " WHERE a.id::text = :id OR a.uuid::text = :id" + lock)
        .bind("id", id)
        .one(AggregateStore::aggregate)
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound("Aggregate", id)));
  }

  /** Makes one without hosts; fails with a duplicate key if there is one of the name. */
  public Mono<Aggregate> insert(
      Transaction transaction, UUID uuid, String name, Optional<String> zone) {
    return transaction
        .sql("INSERT INTO aggregate (uuid, name, zone) VALUES (:uuid, :name, :zone)")
        .bind("uuid", uuid)
        .bind("name", name)
        .bind("zone", zone, String.class)
        .execute()
        .then(find(transaction, uuid.toString()));
  }

  public Mono<Void> update(
      Transaction transaction,
      int id,
      String name,
      Optional<String> zone,
      Map<String, String> metadata) {
    return transaction
        .sql(
            """
            UPDATE aggregate SET name = :name, zone = :zone, metadata = CAST(:metadata AS jsonb), updated_at = now()
             WHERE id = :id
            """)
        .bind("id", id)
        .bind("name", name)
        .bind("zone", zone, String.class)
        .bindJson("metadata", metadata)
        .execute()
        .then();
  }

  public Mono<Void> delete(Transaction transaction, int id) {
    return transaction.sql("DELETE FROM aggregate WHERE id = :id").bind("id", id).execute().then();
  }

  /** Adds a host; fails with a duplicate key if it is there. */
  public Mono<Void> add(Transaction transaction, int id, String host) {
    return transaction
        .sql("INSERT INTO aggregate_host (aggregate_id, host) VALUES (:id, :host)")
        .bind("id", id)
        .bind("host", host)
        .execute()
        .then();
  }

  /** Removes a host; whether it was there. */
  public Mono<Boolean> remove(Transaction transaction, int id, String host) {
    return transaction
        .sql("DELETE FROM aggregate_host WHERE aggregate_id = :id AND host = :host")
        .bind("id", id)
        .bind("host", host)
        .execute()
        .map(rows -> rows == 1);
  }

  /** The zones of hosts that are in one by an aggregate. */
  public Mono<Map<String, String>> zones(Session session) {
    return session
        .sql(ZONES)
        .all(row -> Map.entry(row.text("host"), row.text("zone")))
        .collectMap(Map.Entry::getKey, Map.Entry::getValue);
  }

  private static Aggregate aggregate(Row row) {
    return new Aggregate(
        row.integer("id"),
        row.uuid("uuid"),
        row.text("name"),
        row.optionalText("zone"),
        row.textMap("items"),
        row.texts("hosts"),
        row.time("created_at"),
        row.optionalTime("updated_at"));
  }
}
