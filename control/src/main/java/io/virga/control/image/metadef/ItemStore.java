package io.virga.control.image.metadef;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.dataplane.json.Json;
import java.util.Locale;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What namespaces hold. Whoever writes has locked the namespace. */
final class ItemStore {

  private static final String SELECT =
      """
      SELECT kind, name, body::text AS body, created_at, updated_at FROM metadef_item
       WHERE namespace_id = :namespace
      """;

  private static final String INSERT =
      """
      INSERT INTO metadef_item (namespace_id, kind, name, body)
      VALUES (:namespace, :kind, :name, CAST(:body AS json))
      RETURNING kind, name, body::text AS body, created_at, updated_at
      """;

  private static final String UPDATE =
      """
      UPDATE metadef_item SET name = :name, body = CAST(:body AS json), updated_at = now()
       WHERE namespace_id = :namespace AND kind = :kind AND name = :old
      RETURNING kind, name, body::text AS body, created_at, updated_at
      """;

  private static final String DELETE =
      "DELETE FROM metadef_item WHERE namespace_id = :namespace AND kind = :kind";

  /** All that a namespace holds, by name. */
  Flux<Item> all(Session session, UUID namespace) {
    return session.sql(SELECT + "ORDER BY name").bind("namespace", namespace).all(ItemStore::item);
  }

  /** Those of a kind, by name. */
  Flux<Item> list(Session session, UUID namespace, ItemKind kind) {
    return of(session, SELECT + "AND kind = :kind ORDER BY name", namespace, kind)
        .all(ItemStore::item);
  }

  /** Fails with not found if there is none. */
  Mono<Item> find(Session session, UUID namespace, ItemKind kind, String name) {
    return of(session, SELECT + "AND kind = :kind AND name = :name", namespace, kind)
        .bind("name", name)
        .one(ItemStore::item)
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound(kind.title(), name)));
  }

  /** Fails with conflict if there is one of the name. */
  Mono<Item> insert(
      Transaction transaction, UUID namespace, ItemKind kind, Item.Definition definition) {
    return written(of(transaction, INSERT, namespace, kind), kind, definition);
  }

  /** Changes one that is there; fails with conflict if another has the new name. */
  Mono<Item> update(Transaction transaction, UUID namespace, Item old, Item.Definition changed) {
    return written(
        of(transaction, UPDATE, namespace, old.kind()).bind("old", old.name()),
        old.kind(),
        changed);
  }

  private static Mono<Item> written(
      Statement statement, ItemKind kind, Item.Definition definition) {
    return statement
        .bind("name", definition.name())
        .bindJson("body", definition.body())
        .one(ItemStore::item)
        .onErrorMap(
            DuplicateKeyException.class,
            e ->
                ApiFault.conflict(
                    "A metadata definition %s with name=%s already exists."
                        .formatted(kind.word(), definition.name())));
  }

  Mono<Long> count(Session session, UUID namespace, ItemKind kind) {
    return of(
            session,
            "SELECT count(*) AS there FROM metadef_item"
                + " WHERE namespace_id = :namespace AND kind = :kind",
            namespace,
            kind)
        .one(row -> row.number("there"));
  }

  Mono<Void> deleteAll(Transaction transaction, UUID namespace, ItemKind kind) {
    return of(transaction, DELETE, namespace, kind).execute().then();
  }

  Mono<Void> delete(Transaction transaction, UUID namespace, Item item) {
    return of(transaction, DELETE + " AND name = :name", namespace, item.kind())
        .bind("name", item.name())
        .execute()
        .then();
  }

  private static Statement of(Session session, String sql, UUID namespace, ItemKind kind) {
    return session.sql(sql).bind("namespace", namespace).bind("kind", kind.word());
  }

  private static Item item(Row row) {
    return new Item(
        ItemKind.valueOf(row.text("kind").toUpperCase(Locale.ROOT)),
        new Item.Definition(row.text("name"), Json.mapper().readTree(row.text("body")).asObject()),
        row.time("created_at"),
        row.time("updated_at"));
  }
}
