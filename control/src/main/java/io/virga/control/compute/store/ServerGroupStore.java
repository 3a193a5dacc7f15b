package io.virga.control.compute.store;

import io.virga.control.compute.model.ServerGroup;
import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Server groups. */
public final class ServerGroupStore {

  private static final String COLUMNS =
      """
      SELECT g.*, ARRAY(SELECT s.id::text FROM server s
                         WHERE s.group_id = g.id AND s.power <> 'ABSENT' ORDER BY s.id) AS members
        FROM server_group g
      """;

  private static final OwnedRows<ServerGroup> ROWS =
      new OwnedRows<>(
          "Instance group",
          new OwnedRows.Query("g", COLUMNS, "(:everything OR g.project_id = :project)"),
          ServerGroupStore::group);

  /** Newest first. */
  public Flux<ServerGroup> list(Session session, Viewer viewer) {
    return ROWS.list(session, viewer);
  }

  public Mono<ServerGroup> find(Session session, Viewer viewer, UUID id) {
    return ROWS.find(session, viewer, id);
  }

  /** Finds one and keeps it as it is, with its members. */
  public Mono<ServerGroup> lock(Transaction transaction, Viewer viewer, UUID id) {
    return ROWS.lock(transaction, viewer, id);
  }

  public Mono<Void> insert(Transaction transaction, ServerGroup group) {
    return transaction
        .sql(
            """
            INSERT INTO server_group (id, project_id, user_id, name, policy, max_per_host)
            VALUES (:id, :project, :user, :name, :policy, :most)
            """)
        .bind("id", group.id())
        .bind("project", group.projectId())
        .bind("user", group.userId())
        .bind("name", group.name())
        .bind("policy", group.policy())
        .bind("most", group.maxPerHost())
        .execute()
        .then();
  }

  /** How many servers of a user are in it. */
  public Mono<Long> membersOf(Session session, UUID id, String userId) {
    return session
        .sql(
            """
            SELECT count(*) AS members FROM server
             WHERE group_id = :id AND user_id = :user AND power <> 'ABSENT'
            """)
        .bind("id", id)
        .bind("user", userId)
        .one(row -> row.number("members"));
  }

  /** Its servers stay, and are of no group any more. */
  public Mono<Void> delete(Transaction transaction, UUID id) {
    return transaction
        .sql("UPDATE server SET group_id = NULL WHERE group_id = :id")
        .bind("id", id)
        .execute()
        .then(transaction.sql("DELETE FROM server_group WHERE id = :id").bind("id", id).execute())
        .then();
  }

  private static ServerGroup group(Row row) {
    return new ServerGroup(
        row.uuid("id"),
        row.text("project_id"),
        row.text("user_id"),
        row.text("name"),
        row.text("policy"),
        row.integer("max_per_host"),
        row.texts("members"));
  }
}
