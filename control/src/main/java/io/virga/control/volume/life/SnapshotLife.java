package io.virga.control.volume.life;

import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.policy.Caller;
import io.virga.control.quota.Resource;
import io.virga.control.volume.model.Snapshot;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.store.SnapshotStore;
import io.virga.control.watch.DesiredStates;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.Presence;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How snapshots come to be and go: as volumes do, see {@link VolumeLife}. */
public final class SnapshotLife {

  private static final List<String> CAN_BE_DELETED =
      List.of("available", "error", "error_deleting");

  /** What a snapshot may be made to show. */
  public static final List<String> STATUSES =
      List.of("creating", "available", "deleting", "error", "error_deleting");

  /** What whoever makes or removes a snapshot may say of it, by what it shows. */
  private static final Map<String, List<String>> NEXT =
      Map.of(
          "creating", List.of("creating", "available", "error"),
          "deleting", List.of("deleting", "error_deleting"));

  private final SnapshotStore snapshots;
  private final DesiredStates desiredStates;
  private final VolumeQuota quota;
  private final VolumeLife volumes;

  public SnapshotLife(
      SnapshotStore snapshots, DesiredStates desiredStates, VolumeQuota quota, VolumeLife volumes) {
    this.snapshots = snapshots;
    this.volumes = volumes;
    this.desiredStates = desiredStates;
    this.quota = quota;
  }

  /**
   * A snapshot as it was asked for.
   *
   * @param force also while an instance writes to the volume
   * @param groupSnapshot of which it is to be one
   */
  public record Draft(Volume.Description description, boolean force, Optional<UUID> groupSnapshot) {

    /** One by itself. */
    public Draft(Volume.Description description, boolean force) {
      this(description, force, Optional.empty());
    }
  }

  /** Takes a snapshot of a locked volume. */
  public Mono<Snapshot> create(Transaction transaction, Caller caller, Volume volume, Draft draft) {
    boolean can =
        volume.status().equals("available") || draft.force() && volume.status().equals("in-use");
    if (!can) {
      return Mono.error(
          ApiFault.badRequest(
              "Invalid volume: Volume %s status must be available, but current status is: %s."
                  .formatted(volume.id(), volume.status())));
    }
    Instant now = Instant.now();
    Snapshot snapshot =
        new Snapshot(
            Ids.next(),
            volume.projectId(),
            caller.userId(),
            volume.id(),
            draft.groupSnapshot(),
            draft.description(),
            Snapshot.Shown.NOTHING,
            volume.host(),
            volume.sizeBytes(),
            Snapshot.Desired.NEW,
            Snapshot.Observed.NOTHING,
            now,
            now);
    return quota
        .claim(transaction, snapshot.projectId(), VolumeLife.typeOf(volume), needs(snapshot))
        .then(Mono.defer(() -> snapshots.insert(transaction, snapshot)))
        .then(Mono.defer(() -> desiredStates.put(transaction, snapshot.host(), snapshot.spec())))
        .thenReturn(snapshot);
  }

  /**
   * From now on the snapshot is on its way out.
   *
   * @param force also if it has never been made
   */
  public Mono<Void> delete(Transaction transaction, Snapshot snapshot, boolean force) {
    if (snapshot.desired().presence() == Presence.ABSENT
        && !snapshot.status().startsWith("error")) {
      return Mono.empty();
    }
    return snapshots
        .isUsed(transaction, snapshot.id())
        .flatMap(
            used -> {
              if (used || !(force || CAN_BE_DELETED.contains(snapshot.status()))) {
                return Mono.error(
                    ApiFault.badRequest(
                        "Invalid snapshot: Snapshot status must be available or error, it is %s%s."
                            .formatted(snapshot.status(), used ? " and being copied" : "")));
              }
              Snapshot absent = snapshot.absent();
              return snapshots
                  .update(transaction, absent)
                  .then(desiredStates.put(transaction, absent.host(), absent.spec()));
            });
  }

  /**
   * Somebody says how far it is, while it is being made or removed; it shows that.
   *
   * @param progress in percent, {@code 80%}
   */
  public Mono<Void> updateStatus(
      Transaction transaction, Snapshot snapshot, String status, Optional<String> progress) {
    List<String> next = NEXT.getOrDefault(snapshot.status(), List.of());
    return next.contains(status)
        ? snapshots.update(transaction, snapshot.showing(status, progress))
        : Mono.error(
            ApiFault.badRequest(
                "Snapshot %s is %s: its status may be updated to one of %s, not to %s."
                    .formatted(snapshot.id(), snapshot.status(), next, status)));
  }

  /** From now on all snapshots of a locked volume are on their way out, or none is. */
  public Mono<Void> deleteAll(Transaction transaction, Volume volume, boolean force) {
    return snapshots
        .lockOfVolume(transaction, volume.id())
        .collectList()
        .flatMapMany(Flux::fromIterable)
        .concatMap(snapshot -> delete(transaction, snapshot, force))
        .then();
  }

  /** The host has nothing left of the snapshot. */
  public Mono<Void> forget(Transaction transaction, Snapshot snapshot) {
    return snapshots
        .delete(transaction, snapshot.id())
        .then(
            desiredStates.remove(
                transaction, snapshot.host(), Kind.SNAPSHOT, snapshot.id().toString()))
        .then(quota.release(transaction, snapshot.projectId(), needs(snapshot)))
        .then(Mono.defer(() -> volumes.snapshotGone(transaction, snapshot.volumeId())));
  }

  /** What a snapshot counts. */
  static Map<Resource, Long> needs(Snapshot snapshot) {
    return Map.of(Resource.SNAPSHOTS, 1L, Resource.GIGABYTES, snapshot.sizeGib());
  }
}
