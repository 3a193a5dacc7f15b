package io.virga.control.image.metadef;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Types of resources, and which namespaces are for them. */
final class AssociationStore {

  private static final String SELECT =
      """
      SELECT namespace_id, resource_type, prefix, properties_target, created_at, updated_at
        FROM metadef_association WHERE namespace_id = ANY(:namespaces) ORDER BY resource_type
      """;

  private static final String MAKE_TYPE =
      "INSERT INTO metadef_resource_type (name) VALUES (:type) ON CONFLICT DO NOTHING";

  private static final String INSERT =
      """
      INSERT INTO metadef_association (namespace_id, resource_type, prefix, properties_target)
      VALUES (:namespace, :type, :prefix, :target)
      RETURNING resource_type, prefix, properties_target, created_at, updated_at
      """;

  /** A type of resources. */
  record ResourceType(String name, Instant createdAt, Instant updatedAt) {}

  /** All that were ever named, by name. */
  Flux<ResourceType> types(Session session) {
    return session
        .sql("SELECT * FROM metadef_resource_type ORDER BY name")
        .all(
            row ->
                new ResourceType(row.text("name"), row.time("created_at"), row.time("updated_at")));
  }

  /** Those of one namespace, by type. */
  Flux<Association> list(Session session, UUID namespace) {
    return session
        .sql(SELECT)
        .bind("namespaces", new UUID[] {namespace})
        .all(AssociationStore::association);
  }

  /** Those of each of the namespaces, by type. */
  Mono<Map<UUID, Collection<Association>>> listAll(Session session, Collection<UUID> namespaces) {
    return session
        .sql(SELECT)
        .bind("namespaces", namespaces.toArray(UUID[]::new))
        .all(row -> Map.entry(row.uuid("namespace_id"), association(row)))
        .collectMultimap(Map.Entry::getKey, Map.Entry::getValue);
  }

  /** Makes the type, if it is new; fails with conflict if the namespace is for it already. */
  Mono<Association> insert(Transaction transaction, UUID namespace, Association.Target target) {
    return transaction
        .sql(MAKE_TYPE)
        .bind("type", target.type())
        .execute()
        .then(
            transaction
                .sql(INSERT)
                .bind("namespace", namespace)
                .bind("type", target.type())
                .bind("prefix", target.prefix(), String.class)
                .bind("target", target.propertiesTarget(), String.class)
                .one(AssociationStore::association))
        .onErrorMap(
            DuplicateKeyException.class,
            e ->
                ApiFault.conflict(
                    "The association of the resource type %s with the namespace already exists."
                        .formatted(target.type())));
  }

  /** Whether there was one. */
  Mono<Boolean> delete(Transaction transaction, UUID namespace, String type) {
    return transaction
        .sql(
            "DELETE FROM metadef_association WHERE namespace_id = :namespace AND resource_type = :type")
        .bind("namespace", namespace)
        .bind("type", type)
        .execute()
        .map(rows -> rows == 1);
  }

  private static Association association(Row row) {
    return new Association(
        new Association.Target(
            row.text("resource_type"),
            row.optionalText("prefix"),
            row.optionalText("properties_target")),
        row.time("created_at"),
        row.time("updated_at"));
  }
}
