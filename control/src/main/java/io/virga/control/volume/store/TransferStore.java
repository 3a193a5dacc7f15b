package io.virga.control.volume.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.policy.Caller;
import io.virga.control.tenancy.OwnedLists;
import io.virga.control.tenancy.OwnedRows;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.model.VolumeTransfer;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Volumes on offer, and who gets them. */
public final class TransferStore {

  private static final OwnedRows<VolumeTransfer> ROWS =
      new OwnedRows<>(
          "Transfer",
          new OwnedRows.Query(
              "t", "SELECT t.* FROM volume_transfer t", "(:everything OR t.project_id = :project)"),
          TransferStore::transfer);

  /** Pages of those that a viewer sees, under the alias {@code t}. */
  public static final OwnedLists<VolumeTransfer> LISTS = new OwnedLists<>("volume_transfer", ROWS);

  private static final String INSERT =
      """
      INSERT INTO volume_transfer (id, project_id, volume_id, name, no_snapshots, key_sha256, created_at)
      VALUES (:id, :project, :volume, :name, :noSnapshots, :key, :at)
      """;

  private static final String GIVE_VOLUME =
      """
      UPDATE volume SET project_id = :project, user_id = :user, status = NULL, updated_at = now()
       WHERE id = :id
      """;

  private static final String GIVE_SNAPSHOTS =
      """
      UPDATE volume_snapshot SET project_id = :project, user_id = :user, updated_at = now()
       WHERE id = ANY(:ids)
      """;

  public Mono<VolumeTransfer> find(Session session, Viewer viewer, UUID id) {
    return ROWS.find(session, viewer, id);
  }

  /** Finds one and keeps others from accepting or removing it. */
  public Mono<VolumeTransfer> lock(Transaction transaction, Viewer viewer, UUID id) {
    return ROWS.lock(transaction, viewer, id);
  }

  public Mono<Void> insert(Transaction transaction, VolumeTransfer transfer) {
    return transaction
        .sql(INSERT)
        .bind("id", transfer.id())
        .bind("project", transfer.projectId())
        .bind("volume", transfer.volumeId())
        .bind("name", transfer.name())
        .bind("noSnapshots", transfer.noSnapshots())
        .bind("key", transfer.keySha256())
        .bind("at", transfer.createdAt())
        .execute()
        .then();
  }

  public Mono<Void> delete(Transaction transaction, UUID id) {
    return transaction
        .sql("DELETE FROM volume_transfer WHERE id = :id")
        .bind("id", id)
        .execute()
        .then();
  }

  /** From now on the volume and the snapshots are those of the project of the caller. */
  public Mono<Void> give(
      Transaction transaction, UUID volumeId, List<UUID> snapshotIds, Caller caller) {
    return transaction
        .sql(GIVE_VOLUME)
        .bind("id", volumeId)
        .bind("project", caller.projectId())
        .bind("user", caller.userId())
        .execute()
        .then(
            transaction
                .sql(GIVE_SNAPSHOTS)
                .bind("ids", snapshotIds.toArray(UUID[]::new))
                .bind("project", caller.projectId())
                .bind("user", caller.userId())
                .execute())
        .then();
  }

  private static VolumeTransfer transfer(Row row) {
    return new VolumeTransfer(
        row.uuid("id"),
        row.text("project_id"),
        row.uuid("volume_id"),
        row.text("name"),
        row.flag("no_snapshots"),
        row.text("key_sha256"),
        row.time("created_at"));
  }
}
