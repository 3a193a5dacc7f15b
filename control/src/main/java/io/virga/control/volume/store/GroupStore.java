package io.virga.control.volume.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.tenancy.OwnedLists;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.model.VolumeGroup;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Groups of volumes. */
public final class GroupStore {

  private static final String STATUS =
      """
      CASE WHEN g.deleting AND EXISTS (SELECT FROM volume v
                                        WHERE v.group_id = g.id AND v.shown_status = 'error_deleting')
           THEN 'error_deleting'
           WHEN g.deleting THEN 'deleting'
           WHEN g.status IS NOT NULL THEN g.status
           WHEN g.group_snapshot_id IS NULL AND g.source_group_id IS NULL THEN 'available'
           WHEN EXISTS (SELECT FROM volume v WHERE v.group_id = g.id AND v.shown_status = 'creating')
           THEN 'creating'
           WHEN EXISTS (SELECT FROM volume v WHERE v.group_id = g.id AND v.observed_generation = 0)
           THEN 'error'
           ELSE 'available' END
      """;

  private static final String VOLUMES =
      """
      ARRAY(SELECT v.id FROM volume v WHERE v.group_id = g.id ORDER BY v.created_at, v.id)
        AS volume_ids
      """;

  private static final OwnedRows<VolumeGroup> ROWS =
      new OwnedRows<>(
          "Group",
          new OwnedRows.Query(
              "g",
              "SELECT g.*, " + STATUS + " AS shown_status, " + VOLUMES + " FROM volume_group g",
              "(:everything OR g.project_id = :project)"),
          GroupStore::group);

  /** Pages of those that a viewer sees, under the alias {@code g}. */
  public static final OwnedLists<VolumeGroup> LISTS = new OwnedLists<>("volume_group", ROWS);

  /** The condition under which a list shows those of a status, of the parameter for {@code %s}. */
  public static final String OF_STATUS = "(" + STATUS + ") = %s";

  private static final String INSERT =
      """
      INSERT INTO volume_group (id, project_id, user_id, name, description, group_type_id, volume_types,
                                group_snapshot_id, source_group_id)
      VALUES (:id, :project, :user, :name, :description, :type, :volumeTypes, :snapshot, :source)
      """;

  private static final Gathering GATHERING = new Gathering("volume_group", "volume", "group_id");

  public Mono<VolumeGroup> find(Session session, Viewer viewer, UUID id) {
    return ROWS.find(session, viewer, id);
  }

  /** Finds one and keeps others from changing it. */
  public Mono<VolumeGroup> lock(Transaction transaction, Viewer viewer, UUID id) {
    return ROWS.lock(transaction, viewer, id);
  }

  /** Finds one and keeps it as it is until the transaction ends. */
  public Mono<VolumeGroup> hold(Transaction transaction, Viewer viewer, UUID id) {
    return ROWS.hold(transaction, viewer, id);
  }

  /** How many volumes are in it. */
  public Mono<Long> members(Session session, UUID id) {
    return session
        .sql("SELECT count(*) AS members FROM volume WHERE group_id = :id")
        .bind("id", id)
        .one(row -> row.number("members"));
  }

  public Mono<Void> insert(Transaction transaction, VolumeGroup group) {
    return transaction
        .sql(INSERT)
        .bind("id", group.id())
        .bind("project", group.projectId())
        .bind("user", group.userId())
        .bind("name", group.named().name())
        .bind("description", group.named().text())
        .bind("type", group.typeId())
        .bind("volumeTypes", group.volumeTypes().toArray(String[]::new))
        .bind("snapshot", group.source().groupSnapshot(), UUID.class)
        .bind("source", group.source().group(), UUID.class)
        .execute()
        .then();
  }

  public Mono<Void> describe(Transaction transaction, UUID id, VolumeGroup.Named named) {
    return transaction
        .sql("UPDATE volume_group SET name = :name, description = :description WHERE id = :id")
        .bind("id", id)
        .bind("name", named.name())
        .bind("description", named.text())
        .execute()
        .then();
  }

  /** Has it show a status. */
  public Mono<Void> show(Transaction transaction, UUID id, String status) {
    return GATHERING.show(transaction, id, status);
  }

  /**
   * From now on it ends with its last volume, which may have been before.
   *
   * @return whether it was not to end before
   */
  public Mono<Boolean> leave(Transaction transaction, UUID id) {
    return GATHERING.leave(transaction, id);
  }

  /** Ends one that is to end with its last volume, if that is gone. */
  static Mono<Void> end(Transaction transaction, UUID id) {
    return GATHERING.end(transaction, id);
  }

  private static VolumeGroup group(Row row) {
    return new VolumeGroup(
        row.uuid("id"),
        row.text("project_id"),
        row.text("user_id"),
        new VolumeGroup.Named(row.text("name"), row.text("description")),
        row.uuid("group_type_id"),
        row.texts("volume_types"),
        row.uuids("volume_ids"),
        new VolumeGroup.Source(
            row.optionalUuid("group_snapshot_id"), row.optionalUuid("source_group_id")),
        row.text("shown_status"),
        row.time("created_at"));
  }
}
