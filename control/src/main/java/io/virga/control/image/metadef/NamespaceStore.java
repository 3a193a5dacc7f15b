package io.virga.control.image.metadef;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Namespaces: those that are public, and a project's own. */
final class NamespaceStore {

  private static final String SEEN =
      """
      SELECT n.* FROM metadef_namespace n
       WHERE (:everything OR n.visibility = 'public' OR n.owner = :project)
      """;

  private static final String OF_TYPES =
      """
      AND (cardinality(:types) = 0
           OR EXISTS (SELECT FROM metadef_association a
                       WHERE a.namespace_id = n.id AND a.resource_type = ANY(:types)))
      """;

  private static final String INSERT =
      """
      INSERT INTO metadef_namespace (id, name, display_name, description, visibility, protected, owner)
      VALUES (:id, :name, :display, :description, :visibility, :protected, :owner)
      RETURNING *
      """;

  private static final String UPDATE =
      """
      UPDATE metadef_namespace
         SET name = :name, display_name = :display, description = :description,
             visibility = :visibility, protected = :protected, owner = :owner, updated_at = now()
       WHERE id = :id
      RETURNING *
      """;

  /**
   * Those that the viewer sees.
   *
   * @param types of which each must be for one at least; empty for any
   */
  Flux<Namespace> list(Session session, Viewer viewer, List<String> types) {
    return viewer
        .bind(session.sql(SEEN + OF_TYPES))
        .bind("types", types.toArray(String[]::new))
        .all(NamespaceStore::namespace);
  }

  /** Fails with not found if the viewer sees none of the name. */
  Mono<Namespace> find(Session session, Viewer viewer, String name) {
    return find(session, viewer, name, "");
  }

  /** Likewise, and keeps others from changing anything of it. */
  Mono<Namespace> lock(Transaction transaction, Viewer viewer, String name) {
    return find(transaction, viewer, name, " FOR UPDATE");
  }

  private static Mono<Namespace> find(Session session, Viewer viewer, String name, String lock) {
    return viewer
        .bind(session.sql(SEEN + "AND n.name = :name" + lock))
        .bind("name", name)
        .one(NamespaceStore::namespace)
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound("Metadata definition namespace", name)));
  }

  /** Fails with conflict if there is one of the name. */
  Mono<Namespace> insert(Transaction transaction, UUID id, Namespace.Attributes attributes) {
    return written(transaction.sql(INSERT), id, attributes);
  }

  Mono<Namespace> update(Transaction transaction, UUID id, Namespace.Attributes attributes) {
    return written(transaction.sql(UPDATE), id, attributes);
  }

  private static Mono<Namespace> written(
      Statement statement, UUID id, Namespace.Attributes attributes) {
    return statement
        .bind("id", id)
        .bind("name", attributes.name())
        .bind("display", attributes.displayName(), String.class)
        .bind("description", attributes.description(), String.class)
        .bind("visibility", attributes.visibility())
        .bind("protected", attributes.isProtected())
        .bind("owner", attributes.owner())
        .one(NamespaceStore::namespace)
        .onErrorMap(
            DuplicateKeyException.class,
            e ->
                ApiFault.conflict(
                    "The metadata definition namespace=%s already exists."
                        .formatted(attributes.name())));
  }

  Mono<Long> count(Session session) {
    return session
        .sql("SELECT count(*) AS there FROM metadef_namespace")
        .one(row -> row.number("there"));
  }

  Mono<Void> delete(Transaction transaction, UUID id) {
    return transaction
        .sql("DELETE FROM metadef_namespace WHERE id = :id")
        .bind("id", id)
        .execute()
        .then();
  }

  private static Namespace namespace(Row row) {
    return new Namespace(
        row.uuid("id"),
        new Namespace.Attributes(
            row.text("name"),
            row.optionalText("display_name"),
            row.optionalText("description"),
            row.text("visibility"),
            row.flag("protected"),
            row.text("owner")),
        row.time("created_at"),
        row.time("updated_at"));
  }
}
