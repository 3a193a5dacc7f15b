package io.virga.control.volume.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.tenancy.OwnedLists;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.model.GroupSnapshot;
import io.virga.control.volume.model.VolumeGroup;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Snapshots of groups. */
public final class GroupSnapshotStore {

  private static final String STATUS =
      """
      CASE WHEN g.deleting AND EXISTS (SELECT FROM volume_snapshot s
                                        WHERE s.group_snapshot_id = g.id AND s.shown_status = 'error_deleting')
           THEN 'error_deleting'
           WHEN g.deleting THEN 'deleting'
           WHEN g.status IS NOT NULL THEN g.status
           WHEN EXISTS (SELECT FROM volume_snapshot s
                         WHERE s.group_snapshot_id = g.id AND s.shown_status = 'error')
           THEN 'error'
           WHEN EXISTS (SELECT FROM volume_snapshot s
                         WHERE s.group_snapshot_id = g.id AND s.shown_status = 'creating')
           THEN 'creating'
           ELSE 'available' END
      """;

  private static final OwnedRows<GroupSnapshot> ROWS =
      new OwnedRows<>(
          "GroupSnapshot",
          new OwnedRows.Query(
              "g",
              "SELECT g.*, o.group_type_id, "
                  + STATUS
                  + " AS shown_status"
                  + " FROM volume_group_snapshot g JOIN volume_group o ON o.id = g.group_id",
              "(:everything OR g.project_id = :project)"),
          GroupSnapshotStore::snapshot);

  /** Pages of those that a viewer sees, under the alias {@code g}. */
  public static final OwnedLists<GroupSnapshot> LISTS =
      new OwnedLists<>("volume_group_snapshot", ROWS);

  /** The condition under which a list shows those of a status, of the parameter for {@code %s}. */
  public static final String OF_STATUS = "(" + STATUS + ") = %s";

  private static final String INSERT =
      """
      INSERT INTO volume_group_snapshot (id, project_id, user_id, group_id, name, description)
      VALUES (:id, :project, :user, :group, :name, :description)
      """;

  private static final Gathering GATHERING =
      new Gathering("volume_group_snapshot", "volume_snapshot", "group_snapshot_id");

  public Mono<GroupSnapshot> find(Session session, Viewer viewer, UUID id) {
    return ROWS.find(session, viewer, id);
  }

  /** Finds one and keeps others from changing it. */
  public Mono<GroupSnapshot> lock(Transaction transaction, Viewer viewer, UUID id) {
    return ROWS.lock(transaction, viewer, id);
  }

  /** Whether the group has any. */
  public Mono<Boolean> has(Session session, UUID groupId) {
    return session
        .sql("SELECT EXISTS (SELECT FROM volume_group_snapshot WHERE group_id = :id) AS has")
        .bind("id", groupId)
        .one(row -> row.flag("has"));
  }

  public Mono<Void> insert(Transaction transaction, GroupSnapshot snapshot) {
    return transaction
        .sql(INSERT)
        .bind("id", snapshot.id())
        .bind("project", snapshot.projectId())
        .bind("user", snapshot.userId())
        .bind("group", snapshot.groupId())
        .bind("name", snapshot.named().name())
        .bind("description", snapshot.named().text())
        .execute()
        .then();
  }

  /** Has it show a status. */
  public Mono<Void> show(Transaction transaction, UUID id, String status) {
    return GATHERING.show(transaction, id, status);
  }

  /** From now on it ends with its last snapshot, which may have been before. */
  public Mono<Void> leave(Transaction transaction, UUID id) {
    return GATHERING.leave(transaction, id).then();
  }

  /** Ends one that is to end with its last snapshot, if that is gone. */
  static Mono<Void> end(Transaction transaction, UUID id) {
    return GATHERING.end(transaction, id);
  }

  private static GroupSnapshot snapshot(Row row) {
    return new GroupSnapshot(
        row.uuid("id"),
        row.text("project_id"),
        row.text("user_id"),
        new VolumeGroup.Named(row.text("name"), row.text("description")),
        row.uuid("group_id"),
        row.uuid("group_type_id"),
        row.text("shown_status"),
        row.time("created_at"));
  }
}
