package io.virga.control.volume.life;

import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.policy.Caller;
import io.virga.control.quota.Resource;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.model.Attachment;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.model.VolumeGroup;
import io.virga.control.volume.model.VolumeType;
import io.virga.control.volume.store.GroupStore;
import io.virga.control.volume.store.TypeStore;
import io.virga.control.volume.store.VolumePlacement;
import io.virga.control.volume.store.VolumeStore;
import io.virga.control.watch.DesiredStates;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.desired.VolumeSource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * How volumes come to be and go. A volume, its quota and what its host is told are one transaction.
 * A volume on its way out is forgotten, and its quota given back, when its host has removed it.
 */
public final class VolumeLife {

  private static final long GIBIBYTE = 1L << 30;
  private static final List<String> CAN_BE_DELETED =
      List.of("available", "error", "error_deleting");
  private static final String NO_HOST = "No block store has room for the volume.";

  private final GroupStore groups = new GroupStore();
  private final VolumeStore volumes;
  private final VolumePlacement placement;
  private final VolumeSources sources;
  private final TypeStore types;
  private final DesiredStates desiredStates;
  private final VolumeQuota quota;

  public VolumeLife(
      VolumeStore volumes,
      VolumePlacement placement,
      VolumeSources sources,
      TypeStore types,
      DesiredStates desiredStates,
      VolumeQuota quota) {
    this.volumes = volumes;
    this.placement = placement;
    this.sources = sources;
    this.types = types;
    this.desiredStates = desiredStates;
    this.quota = quota;
  }

  /** Makes a volume; one for which no host is found is kept and says so. */
  public Mono<Volume> create(Transaction transaction, Caller caller, VolumeDraft draft) {
    return create(transaction, caller, draft, Optional.empty());
  }

  /**
   * Makes a volume.
   *
   * @param onHost where it shall be; conflict if what it is made of is elsewhere
   */
  public Mono<Volume> create(
      Transaction transaction, Caller caller, VolumeDraft draft, Optional<String> onHost) {
    return sources
        .find(transaction, caller, draft)
        .map(made -> made.on(onHost))
        .flatMap(
            made ->
                type(transaction, caller, draft, made)
                    .delayUntil(type -> requireGroup(transaction, caller, draft, type))
                    .flatMap(
                        type ->
                            host(transaction, caller, made, type)
                                .map(host -> volume(caller, draft, made, type, host))))
        .flatMap(volume -> insert(transaction, volume));
  }

  /** Where a volume has to be, as what it is made of is there; empty if it may be anywhere. */
  public Mono<Optional<String>> hostOf(Transaction transaction, Caller caller, VolumeDraft draft) {
    return sources.find(transaction, caller, draft).map(VolumeSources.Found::host);
  }

  private Mono<VolumeType> type(
      Transaction transaction, Caller caller, VolumeDraft draft, VolumeSources.Found made) {
    Mono<UUID> asked =
        draft
            .type()
            .map(name -> types.findNamed(transaction, Viewer.of(caller), name).map(VolumeType::id))
            .orElseGet(
                () ->
                    Mono.just(
                        made.traits().type().map(Volume.Type::id).orElse(VolumeType.DEFAULT_ID)));
    return asked.flatMap(id -> types.hold(transaction, id));
  }

  /** Keeps the group, if it may have such a volume. */
  private Mono<VolumeGroup> requireGroup(
      Transaction transaction, Caller caller, VolumeDraft draft, VolumeType type) {
    return Mono.justOrEmpty(draft.group())
        .flatMap(id -> groups.hold(transaction, new Viewer(caller.projectId(), false), id))
        .doOnNext(group -> group.requireUsable(type.id()));
  }

  /** Claims the quota; the host is empty if there is none. */
  private Mono<String> host(
      Transaction transaction, Caller caller, VolumeSources.Found made, VolumeType type) {
    return quota
        .claimOfSize(
            transaction,
            caller.projectId(),
            type.id(),
            needs(made.sizeBytes()),
            Math.ceilDiv(made.sizeBytes(), GIBIBYTE))
        .then(
            Mono.defer(
                () ->
                    made.host()
                        .map(Mono::just)
                        .orElse(placement.host(transaction, made.sizeBytes()))))
        .defaultIfEmpty("");
  }

  /** Writes a new volume and tells its host. */
  public Mono<Volume> insert(Transaction transaction, Volume volume) {
    return volumes
        .insert(transaction, volume)
        .then(Mono.defer(() -> tell(transaction, volume)))
        .thenReturn(volume);
  }

  /** Writes what is desired of a volume and tells its host. */
  public Mono<Void> change(Transaction transaction, Volume changed) {
    return volumes.update(transaction, changed).then(Mono.defer(() -> tell(transaction, changed)));
  }

  /**
   * From now on the volume is on its way out.
   *
   * @param force whatever its status is
   */
  public Mono<Void> delete(Transaction transaction, Volume volume, boolean force) {
    if (volume.desired().presence() == Presence.ABSENT && volume.observed().error().isEmpty()) {
      return Mono.empty();
    }
    boolean free =
        volume.attachment().isEmpty() && (force || CAN_BE_DELETED.contains(volume.status()));
    return volumes
        .isUsed(transaction, volume.id())
        .flatMap(
            used -> {
              if (used || !free) {
                return Mono.error(
                    ApiFault.badRequest(
                        """
                        Invalid volume: Volume status must be available or error, and the volume \
                        must not be attached, have snapshots or be copied just now; it is %s%s.\
                        """
                            .formatted(
                                volume.status(),
                                used ? ", but has snapshots or is being copied" : "")));
              }
              return remove(transaction, volume);
            });
  }

  /** Removes a volume, whatever it is doing. */
  public Mono<Void> remove(Transaction transaction, Volume volume) {
    return volume.host().isEmpty()
        ? forget(transaction, volume)
        : change(transaction, volume.absent());
  }

  /**
   * The host has nothing left of the volume; it is kept in mind until its snapshots are gone too.
   */
  public Mono<Void> forget(Transaction transaction, Volume volume) {
    return volumes
        .delete(transaction, volume.id())
        .flatMap(
            deleted ->
                deleted
                    ? forgotten(transaction, volume)
                    : volumes.observe(
                        transaction, volume.id(), volume.host(), volume.observedGone()));
  }

  /** A snapshot of the volume is gone, which may have been the last of all. */
  Mono<Void> snapshotGone(Transaction transaction, UUID volumeId) {
    return volumes
        .lockLeaving(transaction, volumeId)
        .filter(volume -> volume.observed().equals(volume.observedGone()))
        .flatMap(volume -> forget(transaction, volume));
  }

  private Mono<Void> forgotten(Transaction transaction, Volume volume) {
    return desiredStates
        .remove(transaction, volume.host(), Kind.VOLUME, volume.id().toString())
        .then(
            volume.root()
                ? Mono.empty()
                : quota.release(transaction, volume.projectId(), needs(volume.sizeBytes())));
  }

  /** Makes a volume larger. */
  public Mono<Void> extend(Transaction transaction, Volume volume, long toGib) {
    if (!volume.status().equals("available") && !volume.status().equals("in-use")) {
      return Mono.error(
          ApiFault.badRequest(
              "Invalid volume: Volume %s status must be available or in-use to extend, it is %s."
                  .formatted(volume.id(), volume.status())));
    }
    if (toGib <= volume.sizeGib()) {
      return Mono.error(
          ApiFault.badRequest(
              "Invalid input received: New size for extend must be greater than current size."
                  + " (current: %d, extended: %d)".formatted(volume.sizeGib(), toGib)));
    }
    Map<Resource, Long> more = Map.of(Resource.GIGABYTES, toGib - volume.sizeGib());
    return quota
        .claimOfSize(transaction, volume.projectId(), typeOf(volume), more, toGib)
        .then(Mono.defer(() -> change(transaction, volume.extended(toGib * GIBIBYTE))));
  }

  private Mono<Void> tell(Transaction transaction, Volume volume) {
    return volume.host().isEmpty()
        ? Mono.empty()
        : desiredStates.put(transaction, volume.host(), volume.spec());
  }

  /** The type that it counts as. */
  static UUID typeOf(Volume volume) {
    return volume.traits().type().map(Volume.Type::id).orElse(VolumeType.DEFAULT_ID);
  }

  /** What a volume of the size counts. */
  static Map<Resource, Long> needs(long sizeBytes) {
    return Map.of(Resource.VOLUMES, 1L, Resource.GIGABYTES, Math.ceilDiv(sizeBytes, GIBIBYTE));
  }

  private static Volume volume(
      Caller caller, VolumeDraft draft, VolumeSources.Found made, VolumeType type, String host) {
    Instant now = Instant.now();
    return new Volume(
        Ids.next(),
        caller.projectId(),
        caller.userId(),
        draft.description(),
        host,
        made.sizeBytes(),
        made.source(),
        made.image(),
        false,
        new Volume.Traits(
                Optional.of(Volume.Type.of(type)),
                made.traits().bootable(),
                made.traits().imageMetadata())
            .in(draft.group()),
        Optional.empty(),
        Volume.Desired.NEW,
        new Volume.Observed(
            0, made.image().isEmpty(), host.isEmpty() ? Optional.of(NO_HOST) : Optional.empty()),
        now,
        now);
  }

  /** A disk of an instance's own, attached from the start. */
  public static Volume ownDisk(
      String projectId,
      String instanceId,
      String host,
      String device,
      VolumeSource source,
      long sizeBytes) {
    Optional<Volume.ImageOrigin> image =
        source instanceof VolumeSource.Image of
            ? Optional.of(new Volume.ImageOrigin(of.imageId(), ""))
            : Optional.empty();
    Instant now = Instant.now();
    UUID id = Ids.next();
    return new Volume(
        id,
        projectId,
        "",
        new Volume.Description("", "", Map.of()),
        host,
        sizeBytes,
        source,
        image,
        true,
        new Volume.Traits(Optional.empty(), image.isPresent(), Map.of()),
        Optional.of(
            new Attachment(
                Ids.next(),
                new Attachment.Instance(
                    instanceId, device, true, false, Optional.empty(), Attachment.Doors.OWN),
                now,
                Optional.empty())),
        Volume.Desired.NEW_ATTACHED,
        Volume.Observed.NOTHING,
        now,
        now);
  }
}
