package io.virga.control.volume;

import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.image.DiskImages;
import io.virga.control.policy.Caller;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.life.AttachmentDoors;
import io.virga.control.volume.life.VolumeDraft;
import io.virga.control.volume.life.VolumeLife;
import io.virga.control.volume.model.Attachment.Doors;
import io.virga.control.volume.model.Attachment.Instance;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.store.VolumeStore;
import io.virga.control.volume.upload.VolumeUploads;
import io.virga.dataplane.desired.IscsiAccess;
import io.virga.dataplane.desired.VolumeSource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The compute service's volumes, kept in the volume service's tables. */
final class AttachedInstanceVolumes implements InstanceVolumes {

  private static final long BLOCK_BYTES = 4096;

  private static final String DISKS =
      """
      SELECT instance_id, id, root, ends_with_instance FROM volume
       WHERE instance_id = ANY(:ids) ORDER BY root DESC, attached_at, id
      """;

  private final VolumeStore volumes;
  private final VolumeLife life;
  private final AttachmentDoors doors;
  private final VolumeUploads uploads;
  private final VolumeBackedImages backed;
  private final VolumeSwaps swaps;
  private final VolumeDoors ways;

  AttachedInstanceVolumes(
      VolumeStore volumes,
      VolumeLife life,
      AttachmentDoors doors,
      VolumeUploads uploads,
      VolumeBackedImages backed) {
    this.volumes = volumes;
    this.life = life;
    this.doors = doors;
    this.uploads = uploads;
    this.backed = backed;
    this.swaps = new VolumeSwaps(volumes);
    this.ways = new VolumeDoors(volumes, life, doors);
  }

  @Override
  public Mono<AttachedVolume> claimRoot(
      Transaction transaction, RootDisk disk, VolumeSource.Image source, long sizeBytes) {
    if (sizeBytes < source.virtualSizeBytes()) {
      return Mono.error(
          ApiFault.badRequest(
              "A disk of %d bytes is too small for the image %s of %d bytes."
                  .formatted(sizeBytes, source.imageId(), source.virtualSizeBytes())));
    }
    return claimOwn(transaction, disk, source, Math.ceilDiv(sizeBytes, BLOCK_BYTES) * BLOCK_BYTES);
  }

  @Override
  public Mono<AttachedVolume> claimFurther(
      Transaction transaction, RootDisk disk, VolumeSource.Formatted source, long sizeBytes) {
    return claimOwn(transaction, disk, source, sizeBytes);
  }

  private Mono<AttachedVolume> claimOwn(
      Transaction transaction, RootDisk disk, VolumeSource source, long sizeBytes) {
    Volume own =
        VolumeLife.ownDisk(
            disk.projectId(), disk.instanceId(), disk.host(), disk.device(), source, sizeBytes);
    return life.insert(transaction, own).flatMap(made -> view(transaction, made));
  }

  @Override
  public Mono<Void> renewFurther(Transaction transaction, String instanceId, String host) {
    return volumes
        .lockOfInstance(transaction, instanceId)
        .filter(volume -> volume.root() && !volume.isDetaching())
        .collectList()
        .flatMapIterable(found -> found)
        .concatMap(volume -> renew(transaction, volume, instanceId, host))
        .then();
  }

  private Mono<Void> renew(Transaction transaction, Volume volume, String instanceId, String host) {
    if (!(volume.source() instanceof VolumeSource.Formatted how)) {
      return Mono.empty();
    }
    return Flux.fromIterable(detaching(volume))
        .concatMap(
            old ->
                volumes
                    .update(transaction, old)
                    .then(
                        claimFurther(
                            transaction,
                            new RootDisk(
                                volume.projectId(),
                                instanceId,
                                host,
                                old.attachment().orElseThrow().holder().device()),
                            how,
                            volume.sizeBytes())))
        .then();
  }

  @Override
  public Mono<AttachedVolume> attach(
      Transaction transaction, Caller caller, Attachment attachment) {
    return volumes
        .lock(transaction, Viewer.of(caller), id(attachment.volumeId()))
        .flatMap(
            volume ->
                requireFree(transaction, volume, attachment.host())
                    .then(attach(transaction, volume, attachment, Optional.empty())))
        .flatMap(attached -> view(transaction, attached));
  }

  @Override
  public Mono<Void> swap(
      Transaction transaction, Caller caller, Swap swap, String instanceId, String host) {
    UUID before = id(swap.volumeId());
    UUID next = id(swap.otherId());
    return Flux.just(before, next)
        .distinct()
        .sort()
        .concatMap(one -> volumes.lock(transaction, Viewer.of(caller), one))
        .collectMap(Volume::id)
        .flatMap(
            both -> {
              Volume from = Objects.requireNonNull(both.get(before));
              Volume to = Objects.requireNonNull(both.get(next));
              VolumeSwaps.check(from, to, instanceId);
              String device = from.attachment().map(a -> a.holder().device()).orElse("");
              boolean ends = from.attachment().filter(a -> a.ends()).isPresent();
              Attachment there = new Attachment(swap.otherId(), instanceId, host, device, ends);
              return requireFree(transaction, to, host)
                  .then(attach(transaction, to, there, Optional.of(before)))
                  .thenMany(Flux.fromIterable(detaching(from)))
                  .concatMap(volume -> volumes.update(transaction, volume))
                  .then();
            });
  }

  private Mono<Void> requireFree(Transaction transaction, Volume volume, String host) {
    if (!volume.status().equals("available") || volume.attachment().isPresent()) {
      return Mono.error(
          ApiFault.conflict(
              "Volume %s is %s, not available.".formatted(volume.id(), volume.status())));
    }
    return ways.requireOpenable(transaction, volume, host);
  }

  private Mono<Volume> attach(
      Transaction transaction, Volume volume, Attachment attachment, Optional<UUID> replaces) {
    String initiator = IscsiAccess.initiator(attachment.host());
    Instance holder =
        new Instance(
            attachment.instanceId(),
            attachment.device(),
            attachment.ends(),
            false,
            replaces,
            Doors.OWN);
    return doors
        .open(transaction, volume, Optional.of(initiator))
        .flatMap(
            iscsi -> {
              Volume attached =
                  volume
                      .held(
                          new io.virga.control.volume.model.Attachment(
                              Ids.next(), holder, Instant.now(), iscsi))
                      .movedTo(attachment.host());
              return life.change(transaction, attached).thenReturn(attached);
            });
  }

  @Override
  public Mono<Optional<String>> hostFor(Transaction transaction, Caller caller, List<Wish> wishes) {
    return Flux.fromIterable(wishes)
        .concatMap(wish -> hostFor(transaction, caller, wish))
        .onErrorMap(ApiFault::isNotFound, e -> invalid(String.valueOf(e.getMessage())))
        .flatMap(Mono::justOrEmpty)
        .distinct()
        .collectList()
        .map(
            hosts -> {
              if (hosts.size() > 1) {
                throw invalid("The volumes are on different hosts.");
              }
              return hosts.stream().findFirst();
            });
  }

  private Mono<Optional<String>> hostFor(Transaction transaction, Caller caller, Wish wish) {
    return switch (wish.source()) {
      case Source.Existing existing ->
          volumes
              .lock(transaction, Viewer.of(caller), id(existing.volumeId()))
              .map(
                  volume -> {
                    if (wish.boots() && !volume.traits().bootable()) {
                      throw ApiFault.badRequest(
                          "Block Device %s is not bootable.".formatted(volume.id()));
                    }
                    if (!volume.status().equals("available")) {
                      throw invalid(
                          "volume %s is %s, not available".formatted(volume.id(), volume.status()));
                    }
                    return Optional.of(volume.host());
                  });
      case Source.New made -> life.hostOf(transaction, caller, draft(wish, made));
    };
  }

  private static ApiFault invalid(String why) {
    return ApiFault.badRequest("Block Device Mapping is Invalid: " + why);
  }

  private static VolumeDraft draft(Wish wish, Source.New made) {
    return new VolumeDraft(
        new Volume.Description("", "", Map.of()), wish.sizeGib(), wish.type(), made.of());
  }

  @Override
  public Mono<AttachedVolume> furnish(
      Transaction transaction, Caller caller, Wish wish, Attachment attachment) {
    return switch (wish.source()) {
      case Source.Existing existing ->
          attach(
              transaction,
              caller,
              new Attachment(
                  existing.volumeId(),
                  attachment.instanceId(),
                  attachment.host(),
                  attachment.device(),
                  attachment.ends()));
      case Source.New made ->
          life.create(transaction, caller, draft(wish, made), Optional.of(attachment.host()))
              .flatMap(volume -> attach(transaction, volume, attachment, Optional.empty()))
              .flatMap(attached -> view(transaction, attached));
    };
  }

  @Override
  public Mono<Void> beginDetach(
      Transaction transaction, Caller caller, String volumeId, String instanceId) {
    return volumes
        .lock(transaction, Viewer.of(caller), id(volumeId))
        .filter(volume -> isIn(volume, instanceId))
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound("Volume", volumeId)))
        .map(VolumeSwaps::checkSettled)
        .flatMapIterable(AttachedInstanceVolumes::detaching)
        .concatMap(volume -> volumes.update(transaction, volume))
        .then();
  }

  /** On its way out of its instance; its export stays open. */
  private static List<Volume> detaching(Volume volume) {
    return volume.attachment().stream()
        .flatMap(
            attachment ->
                attachment.instance().stream()
                    .map(i -> volume.held(attachment.heldBy(i.leaving()))))
        .toList();
  }

  @Override
  public Mono<Boolean> finishDetach(Transaction transaction, String volumeId, String instanceId) {
    return volumes
        .lockOfInstance(transaction, instanceId)
        .filter(volume -> volume.id().toString().equals(volumeId) && volume.isDetaching())
        .collectList()
        .flatMapIterable(found -> found)
        .concatMap(
            volume ->
                letGo(transaction, volume).then(swaps.finish(transaction, volume.id(), instanceId)))
        .any(replaced -> replaced);
  }

  private Mono<Void> letGo(Transaction transaction, Volume volume) {
    return volume.root()
        ? life.remove(transaction, volume)
        : life.change(transaction, volume.detached());
  }

  @Override
  public Mono<Void> retireRoot(Transaction transaction, String instanceId, String device) {
    return own(transaction, instanceId, device)
        .flatMapIterable(AttachedInstanceVolumes::detaching)
        .concatMap(volume -> volumes.update(transaction, volume))
        .then();
  }

  /** Under a name of its own the guest finds the larger one, and waits for it. */
  @Override
  public Mono<Void> growRoot(
      Transaction transaction, String instanceId, String device, long sizeBytes) {
    return own(transaction, instanceId, device)
        .filter(volume -> volume.sizeBytes() < sizeBytes)
        .flatMap(
            volume ->
                life.change(transaction, volume.extended(sizeBytes).movedTo(volume.door().host())));
  }

  @Override
  public Mono<UUID> imageOfRoot(
      Transaction transaction, Caller caller, String instanceId, DiskImages.NewImage image) {
    return own(transaction, instanceId, ROOT)
        .flatMap(
            volume ->
                volume.status().equals(VolumeUploads.UPLOADING)
                    ? Mono.error(
                        ApiFault.conflict(
                            "Cannot 'createImage' instance %s while it is in task_state image_uploading"
                                .formatted(instanceId)))
                    : uploads.begin(transaction, caller, volume, image, true))
        .doOnNext(id -> transaction.afterCommit(uploads::look));
  }

  @Override
  public Mono<UUID> imageOfVolumes(
      Transaction transaction, Caller caller, String instanceId, DiskImages.NewImage image) {
    return backed.make(transaction, caller, instanceId, image);
  }

  @Override
  public Mono<String> bootImage(Session session, String instanceId) {
    return volumes
        .ofInstances(session, List.of(instanceId))
        .filter(
            volume -> volume.attachment().filter(a -> a.holder().device().equals(ROOT)).isPresent())
        .flatMap(volume -> Mono.justOrEmpty(volume.image().map(Volume.ImageOrigin::id)))
        .next();
  }

  /** The instance's own disk of the device that is to stay; empty if there is none. */
  private Mono<Volume> own(Transaction transaction, String instanceId, String device) {
    return volumes
        .lockOfInstance(transaction, instanceId)
        .collectList()
        .flatMapIterable(found -> found)
        .filter(volume -> volume.root() && !volume.isDetaching())
        .filter(
            volume ->
                volume.attachment().filter(a -> a.holder().device().equals(device)).isPresent())
        .next();
  }

  @Override
  public Mono<Void> releaseAll(Transaction transaction, String instanceId) {
    return volumes
        .lockOfInstance(transaction, instanceId)
        .collectList()
        .flatMapIterable(found -> found)
        .concatMap(volume -> release(transaction, volume))
        .then();
  }

  /** One that is to end with its instance, and has snapshots, stays. */
  private Mono<Void> release(Transaction transaction, Volume volume) {
    boolean ends = volume.attachment().filter(a -> a.ends()).isPresent();
    return volumes
        .isUsed(transaction, volume.id())
        .flatMap(
            used -> ends && !used ? life.remove(transaction, volume) : letGo(transaction, volume));
  }

  @Override
  public Flux<AttachedVolume> attached(Session session, String instanceId) {
    return attached(session, List.of(instanceId));
  }

  @Override
  public Flux<AttachedVolume> attached(Session session, List<String> instanceIds) {
    return volumes
        .ofInstances(session, instanceIds)
        .collectList()
        .flatMapMany(found -> ways.views(session, found));
  }

  @Override
  public Flux<Disk> disks(Session session, List<String> instanceIds) {
    return session
        .sql(DISKS)
        .bind("ids", instanceIds.toArray(String[]::new))
        .all(
            row ->
                new Disk(
                    row.text("instance_id"),
                    row.uuid("id").toString(),
                    row.flag("root"),
                    row.flag("ends_with_instance")));
  }

  private Mono<AttachedVolume> view(Session session, Volume volume) {
    return ways.views(session, List.of(volume)).next();
  }

  @Override
  public Mono<Optional<String>> tiedTo(Transaction transaction, String instanceId) {
    return ways.tiedTo(transaction, instanceId);
  }

  @Override
  public Mono<Void> moveTo(Transaction transaction, String instanceId, String host) {
    return ways.change(transaction, instanceId, volume -> volume.movedTo(host));
  }

  private static boolean isIn(Volume volume, String instanceId) {
    return volume.attachment().filter(a -> a.isIn(instanceId)).isPresent();
  }

  private static UUID id(String text) {
    return Ids.parse(text).orElseThrow(() -> ApiFault.notFound("Volume", text));
  }
}
