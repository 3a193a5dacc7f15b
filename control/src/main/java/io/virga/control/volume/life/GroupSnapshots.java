package io.virga.control.volume.life;

import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.policy.Caller;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.model.GroupSnapshot;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.model.VolumeGroup;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Snapshots of all volumes of a group, each of its own moment: block stores take no snapshots of
 * several volumes at once, so none is promised. Locks are taken in the order volumes, group, and
 * snapshots, group snapshot.
 */
public final class GroupSnapshots {

  private static final List<String> CAN_BE_DELETED =
      List.of("available", "error", "error_deleting");

  private final VolumeGroups.Stores stores;
  private final SnapshotLife snapshots;

  public GroupSnapshots(VolumeGroups.Stores stores, SnapshotLife snapshots) {
    this.stores = stores;
    this.snapshots = snapshots;
  }

  /** Takes snapshots of what is in a group now, or of nothing. */
  public Mono<GroupSnapshot> create(
      Transaction transaction, Caller caller, UUID groupId, VolumeGroup.Named named) {
    Viewer viewer = Viewer.of(caller);
    return stores
        .groups()
        .find(transaction, viewer, groupId)
        .flatMap(group -> stores.volumes().lockOfGroup(transaction, groupId).collectList())
        .flatMap(
            members ->
                stores
                    .groups()
                    .hold(transaction, viewer, groupId)
                    .delayUntil(group -> check(transaction, group, members))
                    .map(group -> snapshot(caller, group, named))
                    .delayUntil(made -> stores.groupSnapshots().insert(transaction, made))
                    .delayUntil(made -> take(transaction, caller, made, members)));
  }

  private Mono<Void> check(Transaction transaction, VolumeGroup group, List<Volume> members) {
    VolumeGroups.requireAvailable("Group", group.status());
    if (members.isEmpty()) {
      throw ApiFault.badRequest("Invalid Group: Group %s is empty.".formatted(group.id()));
    }
    return stores
        .groupTypes()
        .find(transaction, Viewer.EVERYTHING, group.typeId())
        .doOnNext(
            type -> {
              if (type.isConsistent() && members.size() > 1) {
                throw ApiFault.badRequest(
                    "Snapshots of several volumes are not taken at one moment here, as the group type %s asks for."
                        .formatted(type.name()));
              }
            })
        .then();
  }

  private static GroupSnapshot snapshot(Caller caller, VolumeGroup group, VolumeGroup.Named named) {
    return new GroupSnapshot(
        Ids.next(),
        group.projectId(),
        caller.userId(),
        named,
        group.id(),
        group.typeId(),
        "creating",
        Instant.now().truncatedTo(ChronoUnit.MICROS));
  }

  private Mono<Void> take(
      Transaction transaction, Caller caller, GroupSnapshot of, List<Volume> members) {
    Volume.Description description =
        new Volume.Description(of.named().name(), of.named().text(), Map.of());
    return Flux.fromIterable(members)
        .concatMap(
            volume ->
                snapshots.create(
                    transaction,
                    caller,
                    volume,
                    new SnapshotLife.Draft(description, true, Optional.of(of.id()))))
        .then();
  }

  /** From now on a group snapshot is on its way out, with all its snapshots or not at all. */
  public Mono<Void> delete(Transaction transaction, Viewer viewer, UUID id) {
    return stores
        .groupSnapshots()
        .find(transaction, viewer, id)
        .flatMap(found -> stores.snapshots().lockOfGroupSnapshot(transaction, id).collectList())
        .flatMap(
            members ->
                stores
                    .groupSnapshots()
                    .lock(transaction, viewer, id)
                    .filter(found -> !found.status().equals("deleting"))
                    .doOnNext(GroupSnapshots::requireDeletable)
                    .flatMap(
                        found ->
                            stores
                                .groupSnapshots()
                                .leave(transaction, id)
                                .thenMany(Flux.fromIterable(members))
                                .concatMap(
                                    snapshot -> snapshots.delete(transaction, snapshot, false))
                                .then()));
  }

  private static void requireDeletable(GroupSnapshot snapshot) {
    if (!CAN_BE_DELETED.contains(snapshot.status())) {
      throw ApiFault.badRequest(
          "Invalid GroupSnapshot: its status must be available or error, it is %s."
              .formatted(snapshot.status()));
    }
  }

  /** Has a group snapshot show a status. */
  public Mono<Void> resetStatus(Transaction transaction, Viewer viewer, UUID id, String status) {
    return stores
        .groupSnapshots()
        .lock(transaction, viewer, id)
        .flatMap(found -> stores.groupSnapshots().show(transaction, id, status));
  }
}
