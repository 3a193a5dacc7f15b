package io.virga.control.volume.life;

import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.policy.Caller;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.model.GroupSnapshot;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.model.VolumeGroup;
import io.virga.control.volume.store.GroupSnapshotStore;
import io.virga.control.volume.store.GroupStore;
import io.virga.control.volume.store.GroupTypeStore;
import io.virga.control.volume.store.SnapshotStore;
import io.virga.control.volume.store.TypeStore;
import io.virga.control.volume.store.VolumeStore;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How groups of volumes come to be, change and go. Locks are taken in the order volumes, group: a
 * group that is to end does so with the last of its volumes, by whatever removes that.
 */
public final class VolumeGroups {

  /** What a group, or a snapshot of one, may be made to show. */
  public static final List<String> STATUSES =
      List.of("creating", "available", "deleting", "error", "error_deleting", "updating");

  private static final List<String> CAN_COME = List.of("available", "in-use");
  private static final List<String> CAN_LEAVE =
      List.of("available", "in-use", "error", "error_deleting");
  private static final List<String> CAN_BE_DELETED =
      List.of("available", "error", "error_deleting");

  private final Stores stores;
  private final VolumeLife volumes;
  private final Quota quota;

  public VolumeGroups(Stores stores, VolumeLife volumes, Quota quota) {
    this.stores = stores;
    this.volumes = volumes;
    this.quota = quota;
  }

  /** What is kept. */
  public record Stores(
      GroupStore groups,
      GroupTypeStore groupTypes,
      GroupSnapshotStore groupSnapshots,
      VolumeStore volumes,
      SnapshotStore snapshots,
      TypeStore types) {}

  /**
   * Makes a group without volumes.
   *
   * @param types names or ids of the types that its volumes may have
   */
  public Mono<VolumeGroup> create(
      Transaction transaction,
      Caller caller,
      VolumeGroup.Named named,
      UUID groupType,
      List<String> types) {
    Viewer viewer = Viewer.of(caller);
    return stores
        .groupTypes()
        .find(transaction, viewer, groupType)
        .thenMany(Flux.fromIterable(types))
        .concatMap(type -> stores.types().findNamed(transaction, viewer, type))
        .map(type -> type.id().toString())
        .collectList()
        .map(ids -> group(caller, named, groupType, ids, VolumeGroup.Source.NOTHING))
        .flatMap(group -> insert(transaction, group));
  }

  private static VolumeGroup group(
      Caller caller,
      VolumeGroup.Named named,
      UUID groupType,
      List<String> types,
      VolumeGroup.Source source) {
    return new VolumeGroup(
        Ids.next(),
        caller.projectId(),
        caller.userId(),
        named,
        groupType,
        types,
        List.of(),
        source,
        "creating",
        now());
  }

  private Mono<VolumeGroup> insert(Transaction transaction, VolumeGroup group) {
    return quota
        .claim(transaction, group.projectId(), Resource.GROUPS, 1)
        .then(Mono.defer(() -> stores.groups().insert(transaction, group)))
        .thenReturn(group);
  }

  /** Makes a group with copies of the volumes of another, or of what was in a snapshot of one. */
  public Mono<VolumeGroup> createFrom(
      Transaction transaction, Caller caller, VolumeGroup.Named named, VolumeGroup.Source source) {
    Viewer viewer = Viewer.of(caller);
    return copies(transaction, viewer, source)
        .collectList()
        .filter(copies -> !copies.isEmpty())
        .switchIfEmpty(
            Mono.error(
                () ->
                    ApiFault.badRequest(
                        "Invalid Group: the source is empty. No group will be created.")))
        .flatMap(
            copies ->
                origin(transaction, viewer, source)
                    .map(from -> group(caller, named, from.typeId(), from.volumeTypes(), source))
                    .flatMap(group -> insert(transaction, group))
                    .delayUntil(
                        group ->
                            Flux.fromIterable(copies)
                                .map(copy -> copy.in(group))
                                .concatMap(draft -> volumes.create(transaction, caller, draft))));
  }

  /** A volume to be made of one that is held as it is. */
  private record Copy(Volume.Description description, VolumeDraft.Source source) {

    VolumeDraft in(VolumeGroup group) {
      return new VolumeDraft(
          new Volume.Description(description.name(), description.text(), Map.of()),
          Optional.empty(),
          Optional.empty(),
          source,
          Optional.of(group.id()));
    }
  }

  private Flux<Copy> copies(Transaction transaction, Viewer viewer, VolumeGroup.Source source) {
    return Flux.concat(
        Mono.justOrEmpty(source.group())
            .delayUntil(id -> stores.groups().find(transaction, viewer, id))
            .flatMapMany(id -> stores.volumes().lockOfGroup(transaction, id))
            .map(
                volume ->
                    new Copy(
                        volume.description(),
                        new VolumeDraft.Source.OfVolume(volume.id().toString()))),
        Mono.justOrEmpty(source.groupSnapshot())
            .delayUntil(id -> stores.groupSnapshots().find(transaction, viewer, id))
            .flatMapMany(id -> stores.snapshots().lockOfGroupSnapshot(transaction, id))
            .map(
                snapshot ->
                    new Copy(
                        snapshot.description(),
                        new VolumeDraft.Source.OfSnapshot(snapshot.id().toString()))));
  }

  /** The group that the source is, or was taken of; what the source is stays as it is. */
  private Mono<VolumeGroup> origin(
      Transaction transaction, Viewer viewer, VolumeGroup.Source source) {
    Mono<VolumeGroup> ofSnapshot =
        Mono.justOrEmpty(source.groupSnapshot())
            .flatMap(id -> stores.groupSnapshots().lock(transaction, viewer, id))
            .doOnNext(snapshot -> requireAvailable("GroupSnapshot", snapshot.status()))
            .map(GroupSnapshot::groupId)
            .flatMap(id -> stores.groups().find(transaction, viewer, id));
    return Mono.justOrEmpty(source.group())
        .flatMap(id -> stores.groups().hold(transaction, viewer, id))
        .switchIfEmpty(ofSnapshot)
        .doOnNext(group -> requireAvailable("Group", group.status()));
  }

  /** Names a group, and has volumes come to it and leave it. */
  public Mono<Void> update(Transaction transaction, Viewer viewer, UUID id, Changes changes) {
    return stores
        .groups()
        .find(transaction, viewer, id)
        .thenMany(Flux.fromStream(changes.volumes()))
        .concatMap(volume -> concerned(transaction, viewer, id, volume))
        .collectList()
        .flatMap(
            concerned ->
                stores
                    .groups()
                    .lock(transaction, viewer, id)
                    .flatMap(group -> update(transaction, group, changes, concerned)));
  }

  private Mono<Volume> concerned(
      Transaction transaction, Viewer viewer, UUID groupId, UUID volumeId) {
    return stores
        .volumes()
        .lock(transaction, viewer, volumeId)
        .onErrorMap(
            ApiFault::isNotFound,
            _ ->
                ApiFault.badRequest(
                    "Invalid volume: Cannot change volume %s in group %s because volume cannot be found."
                        .formatted(volumeId, groupId)));
  }

  private Mono<Void> update(
      Transaction transaction, VolumeGroup group, Changes changes, List<Volume> concerned) {
    requireAvailable("Group", group.status());
    return Flux.fromIterable(concerned)
        .map(volume -> changed(group, changes, volume))
        .concatMap(volume -> stores.volumes().update(transaction, volume))
        .then(
            Mono.defer(
                () ->
                    stores
                        .groups()
                        .describe(transaction, group.id(), changes.named().apply(group.named()))));
  }

  /** What becomes of a group. */
  public record Changes(
      UnaryOperator<VolumeGroup.Named> named, List<UUID> added, List<UUID> removed) {

    /**
     * @throws ApiFault bad request if a volume is to come and to leave
     */
    public Changes {
      List<UUID> both = added.stream().filter(removed::contains).toList();
      if (!both.isEmpty()) {
        throw ApiFault.badRequest(
            "Invalid volume: UUIDs %s are in both add and remove volume list.".formatted(both));
      }
      added = List.copyOf(added);
      removed = List.copyOf(removed);
    }

    private Stream<UUID> volumes() {
      return Stream.concat(added.stream(), removed.stream()).distinct().sorted();
    }
  }

  private static Volume changed(VolumeGroup group, Changes changes, Volume volume) {
    Optional<UUID> in = volume.traits().group();
    boolean leaves = changes.removed().contains(volume.id());
    if (leaves != in.filter(group.id()::equals).isPresent() || !leaves && in.isPresent()) {
      throw ApiFault.badRequest(
          "Invalid volume: Volume %s is %s."
              .formatted(volume.id(), in.map(other -> "in the group " + other).orElse("in none")));
    }
    List<String> allowed = leaves ? CAN_LEAVE : CAN_COME;
    if (!allowed.contains(volume.status())) {
      throw ApiFault.badRequest(
          "Invalid volume: Volume %s is %s; to %s a group it must be one of %s."
              .formatted(
                  volume.id(),
                  volume.status(),
                  leaves ? "leave" : "come to",
                  String.join(", ", allowed)));
    }
    if (leaves) {
      return volume.with(volume.traits().in(Optional.empty()));
    }
    if (!volume.projectId().equals(group.projectId())) {
      throw ApiFault.badRequest(
          "Invalid volume: Volume %s is not of the project of the group.".formatted(volume.id()));
    }
    volume.traits().type().map(Volume.Type::id).ifPresent(group::requireType);
    return volume.with(volume.traits().in(Optional.of(group.id())));
  }

  /**
   * From now on a group is on its way out.
   *
   * @param withVolumes and its volumes; a group that has some stays otherwise
   */
  public Mono<Void> delete(Transaction transaction, Viewer viewer, UUID id, boolean withVolumes) {
    return stores
        .groups()
        .find(transaction, viewer, id)
        .flatMap(group -> stores.volumes().lockOfGroup(transaction, id).collectList())
        .flatMap(
            members ->
                stores
                    .groups()
                    .lock(transaction, viewer, id)
                    .filter(group -> !group.status().equals("deleting"))
                    .flatMap(group -> delete(transaction, group, members, withVolumes)));
  }

  private Mono<Void> delete(
      Transaction transaction, VolumeGroup group, List<Volume> members, boolean withVolumes) {
    if (!CAN_BE_DELETED.contains(group.status())) {
      return refuse(group, "is " + group.status());
    }
    if (!members.isEmpty() && !withVolumes) {
      return refuse(group, "has volumes, which are to stay");
    }
    Mono<Void> left =
        stores
            .groups()
            .leave(transaction, group.id())
            .filter(first -> first)
            .flatMap(_ -> quota.release(transaction, group.projectId(), Resource.GROUPS, 1))
            .thenMany(Flux.fromIterable(members))
            .concatMap(volume -> volumes.delete(transaction, volume, false))
            .then();
    return stores
        .groupSnapshots()
        .has(transaction, group.id())
        .zipWith(stores.groups().members(transaction, group.id()))
        .flatMap(
            is -> {
              if (is.getT1()) {
                return refuse(group, "has group snapshots");
              }
              return is.getT2() == members.size() ? left : refuse(group, "is being changed");
            });
  }

  private static Mono<Void> refuse(VolumeGroup group, String why) {
    return Mono.error(
        ApiFault.badRequest(
            "Invalid Group: Group %s cannot be deleted: it %s.".formatted(group.id(), why)));
  }

  /** Has a group show a status. */
  public Mono<Void> resetStatus(Transaction transaction, Viewer viewer, UUID id, String status) {
    return stores
        .groups()
        .lock(transaction, viewer, id)
        .flatMap(group -> stores.groups().show(transaction, id, status));
  }

  /** Fails with bad request unless it is available. */
  static void requireAvailable(String thing, String status) {
    if (!status.equals("available")) {
      throw ApiFault.badRequest(
          "Invalid %s: its status must be available, it is %s.".formatted(thing, status));
    }
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }
}
