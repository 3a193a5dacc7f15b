package io.virga.control.volume.life;

import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.volume.model.Snapshot;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.store.SnapshotStore;
import reactor.core.publisher.Mono;

/**
 * Gives a volume the contents of its latest snapshot. Nobody can attach it before its host has said
 * that this is done, so nothing that was written since can be lost.
 */
public final class VolumeReverts {

  private final SnapshotStore snapshots;
  private final VolumeLife life;

  public VolumeReverts(SnapshotStore snapshots, VolumeLife life) {
    this.snapshots = snapshots;
    this.life = life;
  }

  /** Has a locked volume reverted. */
  public Mono<Void> revert(Transaction transaction, Volume volume, String snapshotId) {
    return snapshots
        .lockLatest(transaction, volume.id())
        .switchIfEmpty(
            Mono.error(
                () ->
                    ApiFault.badRequest(
                        "Volume %s doesn't have any snapshots.".formatted(volume.id()))))
        .flatMap(
            latest -> {
              check(volume, latest, snapshotId);
              return life.change(transaction, volume.reverted(latest.id()));
            });
  }

  private static void check(Volume volume, Snapshot latest, String snapshotId) {
    if (!latest.id().toString().equalsIgnoreCase(snapshotId)) {
      throw ApiFault.badRequest(
          "Specified snapshot %s is None or not the latest one of volume %s."
              .formatted(snapshotId, volume.id()));
    }
    String refused =
        "Can't revert volume %s to its latest snapshot %s. ".formatted(volume.id(), latest.id());
    if (volume.sizeBytes() != latest.sizeBytes()) {
      throw ApiFault.badRequest(refused + "The volume size must be equal to the snapshot size.");
    }
    if (!volume.status().equals("available") || volume.attachment().isPresent()) {
      throw ApiFault.conflict(refused + "Volume must be available to revert.");
    }
    if (!latest.status().equals("available")) {
      throw ApiFault.conflict(refused + "Snapshot must be available to revert.");
    }
  }
}
