package io.virga.control.volume.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.model.VolumeType;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Types of volumes. */
public final class TypeStore {

  private static final String THING = "Volume type";

  private static final String COLUMNS =
      """
      SELECT t.*, t.extra_specs::text AS specs, coalesce(q.specs, '{}')::text AS limits
        FROM volume_type t LEFT JOIN volume_qos q ON q.id = t.qos_id
      """;

  private static final String VISIBLE =
      """
       WHERE (:everything OR t.is_public
              OR EXISTS (SELECT FROM volume_type_access a
                          WHERE a.type_id = t.id AND a.project_id = :project))
      """;

  private static final String INSERT =
      """
      INSERT INTO volume_type (id, name, description, is_public, extra_specs)
      VALUES (:id, :name, :description, :public, CAST(:specs AS jsonb))
      """;

  private static final String UPDATE =
      """
      UPDATE volume_type SET name = :name, description = :description, is_public = :public,
             extra_specs = CAST(:specs AS jsonb)
       WHERE id = :id
      """;

  /** Those that the viewer may use, newest first. */
  public Flux<VolumeType> list(Session session, Viewer viewer) {
    return viewer
        .bind(session.sql(COLUMNS + VISIBLE + " ORDER BY t.created_at DESC, t.id"))
        .all(TypeStore::type);
  }

  /** One that the viewer may use; not found otherwise. */
  public Mono<VolumeType> find(Session session, Viewer viewer, UUID id) {
    return viewer
        .bind(session.sql(COLUMNS + VISIBLE + " AND t.id = :id"))
        .bind("id", id)
        .one(TypeStore::type)
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound(THING, id.toString())));
  }

  /** Likewise by its id or its name. */
  public Mono<VolumeType> findNamed(Session session, Viewer viewer, String nameOrId) {
    String by = Ids.parse(nameOrId).map(id -> " AND t.id = :id").orElse(" AND t.name = :id");
    Statement statement = viewer.bind(session.sql(COLUMNS + VISIBLE + by));
    return Ids.parse(nameOrId)
        .map(id -> statement.bind("id", id))
        .orElseGet(() -> statement.bind("id", nameOrId))
        .one(TypeStore::type)
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound(THING, nameOrId)));
  }

  /**
   * The same type as it is now, kept from being removed and limited otherwise until the transaction
   * ends. Waits for who is doing that.
   */
  public Mono<VolumeType> hold(Transaction transaction, UUID id) {
    return locked(transaction, id, " FOR SHARE");
  }

  /** Likewise, and nobody else holds it. */
  public Mono<VolumeType> lock(Transaction transaction, UUID id) {
    return locked(transaction, id, " FOR UPDATE");
  }

  /** What is read in the statement of the lock may be older than what the lock waited for. */
  private Mono<VolumeType> locked(Transaction transaction, UUID id, String lock) {
    return transaction
        .sql("SELECT id FROM volume_type WHERE id = :id" + lock)
        .bind("id", id)
        .one(row -> row.uuid("id"))
        .then(Mono.defer(() -> find(transaction, Viewer.EVERYTHING, id)));
  }

  /** Those that the QoS limits; nobody else holds them. */
  public Flux<VolumeType> lockOfQos(Transaction transaction, UUID qosId) {
    return transaction
        .sql(COLUMNS + " WHERE t.qos_id = :qos ORDER BY t.id FOR UPDATE OF t")
        .bind("qos", qosId)
        .all(TypeStore::type);
  }

  public Flux<VolumeType> ofQos(Session session, UUID qosId) {
    return session
        .sql(COLUMNS + " WHERE t.qos_id = :qos ORDER BY t.id")
        .bind("qos", qosId)
        .all(TypeStore::type);
  }

  /** Whether there are volumes of the type. */
  public Mono<Boolean> isUsed(Session session, UUID id) {
    return session
        .sql("SELECT EXISTS (SELECT FROM volume WHERE type_id = :id) AS used")
        .bind("id", id)
        .one(row -> row.flag("used"));
  }

  /** Conflict if the name is taken. */
  public Mono<Void> insert(Session session, VolumeType type) {
    return write(session.sql(INSERT), type);
  }

  /** Writes all but the QoS; conflict if the name is taken. */
  public Mono<Void> update(Session session, VolumeType type) {
    return write(session.sql(UPDATE), type);
  }

  public Mono<Void> limitBy(Transaction transaction, UUID id, UUID qosId) {
    return transaction
        .sql("UPDATE volume_type SET qos_id = :qos WHERE id = :id")
        .bind("id", id)
        .bind("qos", qosId)
        .execute()
        .then();
  }

  public Mono<Void> unlimit(Transaction transaction, UUID id) {
    return transaction
        .sql("UPDATE volume_type SET qos_id = NULL WHERE id = :id")
        .bind("id", id)
        .execute()
        .then();
  }

  public Mono<Void> delete(Transaction transaction, UUID id) {
    return transaction
        .sql("DELETE FROM volume_type WHERE id = :id")
        .bind("id", id)
        .execute()
        .then();
  }

  private static Mono<Void> write(Statement statement, VolumeType type) {
    return statement
        .bind("id", type.id())
        .bind("name", type.name())
        .bind("description", type.description().text(), String.class)
        .bind("public", type.isPublic())
        .bindJson("specs", type.extraSpecs())
        .execute()
        .onErrorMap(
            DuplicateKeyException.class,
            e -> ApiFault.conflict("Volume Type %s already exists.".formatted(type.name())))
        .then();
  }

  private static VolumeType type(Row row) {
    return new VolumeType(
        row.uuid("id"),
        new VolumeType.Description(row.text("name"), row.optionalText("description")),
        row.flag("is_public"),
        row.textMap("specs"),
        row.optionalUuid("qos_id"),
        row.textMap("limits"));
  }
}
