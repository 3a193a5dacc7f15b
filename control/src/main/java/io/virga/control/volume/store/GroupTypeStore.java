package io.virga.control.volume.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Statement;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.tenancy.OwnedLists;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.model.GroupType;
import java.util.UUID;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import reactor.core.publisher.Mono;

/** Types of groups. */
public final class GroupTypeStore {

  private static final OwnedRows<GroupType> ROWS =
      new OwnedRows<>(
          "Group type",
          new OwnedRows.Query(
              "t",
              "SELECT t.*, t.group_specs::text AS specs FROM volume_group_type t",
              "(:everything OR t.is_public AND CAST(:project AS text) IS NOT NULL)"),
          GroupTypeStore::type);

  /** Pages of those that a viewer sees, under the alias {@code t}. */
  public static final OwnedLists<GroupType> LISTS = new OwnedLists<>("volume_group_type", ROWS);

  private static final String INSERT =
      """
      INSERT INTO volume_group_type (id, name, description, is_public, group_specs)
      VALUES (:id, :name, :description, :public, CAST(:specs AS jsonb))
      """;

  private static final String UPDATE =
      """
      UPDATE volume_group_type SET name = :name, description = :description, is_public = :public,
             group_specs = CAST(:specs AS jsonb)
       WHERE id = :id
      """;

  public Mono<GroupType> find(Session session, Viewer viewer, UUID id) {
    return ROWS.find(session, viewer, id);
  }

  /** Finds one and keeps others from changing it. */
  public Mono<GroupType> lock(Transaction transaction, UUID id) {
    return ROWS.lock(transaction, Viewer.EVERYTHING, id);
  }

  /** Conflict if the name is taken. */
  public Mono<Void> insert(Session session, GroupType type) {
    return write(session.sql(INSERT), type);
  }

  /** Likewise. */
  public Mono<Void> update(Session session, GroupType type) {
    return write(session.sql(UPDATE), type);
  }

  /** Bad request if there are groups of the type. */
  public Mono<Void> delete(Session session, UUID id) {
    return session
        .sql("DELETE FROM volume_group_type WHERE id = :id")
        .bind("id", id)
        .execute()
        .onErrorMap(
            DataIntegrityViolationException.class,
            e -> ApiFault.badRequest("Target group type is still in use: " + id + "."))
        .then();
  }

  private static Mono<Void> write(Statement statement, GroupType type) {
    return statement
        .bind("id", type.id())
        .bind("name", type.name())
        .bind("description", type.text(), String.class)
        .bind("public", type.isPublic())
        .bindJson("specs", type.specs())
        .execute()
        .onErrorMap(
            DuplicateKeyException.class,
            e -> ApiFault.conflict("Group Type %s already exists.".formatted(type.name())))
        .then();
  }

  private static GroupType type(Row row) {
    return new GroupType(
        row.uuid("id"),
        row.text("name"),
        row.optionalText("description"),
        row.flag("is_public"),
        row.textMap("specs"));
  }
}
