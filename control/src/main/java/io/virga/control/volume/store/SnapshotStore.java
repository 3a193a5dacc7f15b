package io.virga.control.volume.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.tenancy.OwnedLists;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.model.Snapshot;
import io.virga.control.volume.model.Volume;
import io.virga.dataplane.desired.Presence;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Snapshots. */
public final class SnapshotStore {

  private static final String COLUMNS =
      "SELECT s.*, s.metadata::text AS items FROM volume_snapshot s";

  private static final OwnedRows<Snapshot> ROWS =
      new OwnedRows<>(
          "Snapshot",
          new OwnedRows.Query("s", COLUMNS, "(:everything OR s.project_id = :project)"),
          SnapshotStore::snapshot);

  /** Pages of those that a viewer sees, under the alias {@code s}. */
  public static final OwnedLists<Snapshot> LISTS = new OwnedLists<>("volume_snapshot", ROWS);

  private static final String INSERT =
      """
      INSERT INTO volume_snapshot (id, project_id, user_id, volume_id, name, description, metadata, host,
                                   size_bytes, presence, generation, group_snapshot_id)
      VALUES (:id, :project, :user, :volume, :name, :description, CAST(:metadata AS jsonb), :host, :size,
              :presence, :generation, :groupSnapshot)
      """;

  private static final String UPDATE =
      """
      UPDATE volume_snapshot SET name = :name, description = :description,
             metadata = CAST(:metadata AS jsonb), presence = :presence, generation = :generation,
             status = :status, progress = :progress,
             error = CASE WHEN generation < :generation THEN NULL ELSE error END, updated_at = now()
       WHERE id = :id
      """;

  private static final String OBSERVE =
      """
      UPDATE volume_snapshot SET observed_generation = :generation, error = :error, updated_at = now()
       WHERE id = :id AND host = :host AND observed_generation <= :generation
         AND (observed_generation, error) IS DISTINCT FROM (:generation, CAST(:error AS text))
      """;

  private static final String HELD = " FOR UPDATE OF s";

  private static final String USED =
      """
      SELECT EXISTS (SELECT FROM volume c
                      WHERE c.observed_generation = 0 AND c.presence = 'PRESENT'
                        AND c.source ->> 'type' = 'snapshot'
                        AND c.source ->> 'snapshotId' = :text)
          OR EXISTS (SELECT FROM volume v
                      WHERE v.revert_snapshot = :id AND v.presence = 'PRESENT'
                        AND v.observed_generation < v.revert_generation) AS used
      """;

  public Mono<Snapshot> find(Session session, Viewer viewer, UUID id) {
    return ROWS.find(session, viewer, id);
  }

  /** Finds one and keeps others from changing it. */
  public Mono<Snapshot> lock(Transaction transaction, Viewer viewer, UUID id) {
    return ROWS.lock(transaction, viewer, id);
  }

  /** One of a host; empty if there is none. */
  public Mono<Snapshot> lockOfHost(Transaction transaction, String host, UUID id) {
    return ROWS.lockOfHost(transaction, host, id);
  }

  /** The newest of a volume; empty if it has none. */
  public Mono<Snapshot> lockLatest(Transaction transaction, UUID volumeId) {
    return transaction
        .sql(
            COLUMNS
                + " WHERE s.volume_id = :volume ORDER BY s.created_at DESC, s.id LIMIT 1"
                + HELD)
        .bind("volume", volumeId)
        .one(SnapshotStore::snapshot);
  }

  /** Those of a volume that are to stay. */
  public Flux<Snapshot> lockOfVolume(Transaction transaction, UUID volumeId) {
    return transaction
        .sql(
            COLUMNS
                + " WHERE s.volume_id = :volume AND s.presence = 'PRESENT' ORDER BY s.id"
                + HELD)
        .bind("volume", volumeId)
        .all(SnapshotStore::snapshot);
  }

  /** Those of a group snapshot. */
  public Flux<Snapshot> lockOfGroupSnapshot(Transaction transaction, UUID groupSnapshotId) {
    return transaction
        .sql(COLUMNS + " WHERE s.group_snapshot_id = :of ORDER BY s.id" + HELD)
        .bind("of", groupSnapshotId)
        .all(SnapshotStore::snapshot);
  }

  /** Whether volumes that are being made, or reverted, still need the snapshot. */
  public Mono<Boolean> isUsed(Session session, UUID id) {
    return session
        .sql(USED)
        .bind("id", id)
        .bind("text", id.toString())
        .one(row -> row.flag("used"));
  }

  public Mono<Void> insert(Transaction transaction, Snapshot snapshot) {
    return transaction
        .sql(INSERT)
        .bind("groupSnapshot", snapshot.groupSnapshot(), UUID.class)
        .bind("id", snapshot.id())
        .bind("project", snapshot.projectId())
        .bind("user", snapshot.userId())
        .bind("volume", snapshot.volumeId())
        .bind("name", snapshot.description().name())
        .bind("description", snapshot.description().text())
        .bindJson("metadata", snapshot.description().metadata())
        .bind("host", snapshot.host())
        .bind("size", snapshot.sizeBytes())
        .bind("presence", snapshot.desired().presence().name())
        .bind("generation", snapshot.desired().generation())
        .execute()
        .then();
  }

  /** Writes what its owner says of it and what is desired. */
  public Mono<Void> update(Transaction transaction, Snapshot snapshot) {
    return transaction
        .sql(UPDATE)
        .bind("status", snapshot.shown().status(), String.class)
        .bind("progress", snapshot.shown().progress(), String.class)
        .bind("id", snapshot.id())
        .bind("name", snapshot.description().name())
        .bind("description", snapshot.description().text())
        .bindJson("metadata", snapshot.description().metadata())
        .bind("presence", snapshot.desired().presence().name())
        .bind("generation", snapshot.desired().generation())
        .execute()
        .then();
  }

  /** Notes what the agent of the host has said; nothing if the snapshot is not that host's. */
  public Mono<Void> observe(
      Transaction transaction, UUID id, String host, Snapshot.Observed observed) {
    return transaction
        .sql(OBSERVE)
        .bind("id", id)
        .bind("host", host)
        .bind("generation", observed.generation())
        .bind("error", observed.error(), String.class)
        .execute()
        .then();
  }

  /** Deletes one, and the group snapshot with the last of its own. */
  public Mono<Void> delete(Transaction transaction, UUID id) {
    return transaction
        .sql("DELETE FROM volume_snapshot WHERE id = :id RETURNING group_snapshot_id")
        .bind("id", id)
        .one(row -> row.optionalUuid("group_snapshot_id"))
        .flatMap(Mono::justOrEmpty)
        .flatMap(left -> GroupSnapshotStore.end(transaction, left));
  }

  private static Snapshot snapshot(Row row) {
    return new Snapshot(
        row.uuid("id"),
        row.text("project_id"),
        row.text("user_id"),
        row.uuid("volume_id"),
        row.optionalUuid("group_snapshot_id"),
        new Volume.Description(row.text("name"), row.text("description"), row.textMap("items")),
        new Snapshot.Shown(row.optionalText("status"), row.optionalText("progress")),
        row.text("host"),
        row.number("size_bytes"),
        new Snapshot.Desired(Presence.valueOf(row.text("presence")), row.number("generation")),
        new Snapshot.Observed(row.number("observed_generation"), row.optionalText("error")),
        row.time("created_at"),
        row.time("updated_at"));
  }
}
