package io.virga.control.compute;

import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.image.DiskImages;
import io.virga.control.policy.Caller;
import io.virga.control.volume.InstanceVolumes;
import io.virga.dataplane.desired.VolumeSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Disks in memory: they know of no transaction, so they are good where none is rolled back. */
final class RootDisksOnly implements InstanceVolumes {

  final Map<String, Long> grown = new ConcurrentHashMap<>();
  final List<DiskImages.NewImage> images = new CopyOnWriteArrayList<>();
  private final Map<String, AttachedVolume> volumes = new ConcurrentHashMap<>();
  private final AtomicInteger made = new AtomicInteger();

  /** The only host where instances can have their disks. */
  Optional<String> tied = Optional.empty();

  /** Where instances have been moved to. */
  final Map<String, String> places = new ConcurrentHashMap<>();

  @Override
  public Mono<AttachedVolume> claimRoot(
      Transaction transaction, RootDisk disk, VolumeSource.Image source, long sizeBytes) {
    return Mono.fromSupplier(
        () ->
            hang(
                disk.instanceId(),
                "root-" + made.incrementAndGet() + "-of-" + disk.instanceId(),
                disk.device(),
                true));
  }

  @Override
  public Mono<AttachedVolume> claimFurther(
      Transaction transaction, RootDisk disk, VolumeSource.Formatted source, long sizeBytes) {
    return Mono.error(new UnsupportedOperationException("there are root disks only"));
  }

  /** There are none. */
  @Override
  public Mono<Void> renewFurther(Transaction transaction, String instanceId, String host) {
    return Mono.empty();
  }

  @Override
  public Mono<Void> retireRoot(Transaction transaction, String instanceId, String device) {
    return Flux.fromIterable(List.copyOf(volumes.values()))
        .filter(v -> v.root() && v.instanceId().equals(instanceId) && v.device().equals(device))
        .doOnNext(v -> volumes.put(v.volumeId(), detaching(v)))
        .then();
  }

  @Override
  public Mono<Void> growRoot(
      Transaction transaction, String instanceId, String device, long sizeBytes) {
    return Mono.fromRunnable(() -> grown.put(instanceId, sizeBytes));
  }

  @Override
  public Mono<UUID> imageOfRoot(
      Transaction transaction, Caller caller, String instanceId, DiskImages.NewImage image) {
    return Mono.fromSupplier(
        () -> {
          images.add(image);
          return UUID.randomUUID();
        });
  }

  /** There are no others. */
  @Override
  public Mono<Void> swap(
      Transaction transaction, Caller caller, Swap swap, String instanceId, String host) {
    return Mono.error(new UnsupportedOperationException("there are root disks only"));
  }

  /** There are none. */
  @Override
  public Mono<UUID> imageOfVolumes(
      Transaction transaction, Caller caller, String instanceId, DiskImages.NewImage image) {
    return Mono.error(new UnsupportedOperationException("no server boots from a volume here"));
  }

  @Override
  public Mono<String> bootImage(Session session, String instanceId) {
    return Mono.empty();
  }

  @Override
  public Mono<AttachedVolume> attach(
      Transaction transaction, Caller caller, Attachment attachment) {
    return Mono.fromSupplier(
        () -> hang(attachment.instanceId(), attachment.volumeId(), attachment.device(), false));
  }

  @Override
  public Mono<Optional<String>> hostFor(Transaction transaction, Caller caller, List<Wish> wishes) {
    return Mono.just(Optional.empty());
  }

  @Override
  public Mono<AttachedVolume> furnish(
      Transaction transaction, Caller caller, Wish wish, Attachment attachment) {
    String volume =
        wish.source() instanceof Source.Existing existing
            ? existing.volumeId()
            : "new-" + made.incrementAndGet();
    return Mono.fromSupplier(
        () -> hang(attachment.instanceId(), volume, attachment.device(), false));
  }

  @Override
  public Mono<Void> beginDetach(
      Transaction transaction, Caller caller, String volumeId, String instanceId) {
    return Mono.fromRunnable(() -> volumes.computeIfPresent(volumeId, (id, v) -> detaching(v)));
  }

  /** The root disks of an instance. */
  List<String> own(String instanceId) {
    return volumes.values().stream()
        .filter(v -> v.root() && v.instanceId().equals(instanceId))
        .map(AttachedVolume::volumeId)
        .toList();
  }

  private static AttachedVolume detaching(AttachedVolume v) {
    return new AttachedVolume(
        v.instanceId(),
        v.volumeId(),
        v.exportName(),
        v.iscsi(),
        v.nbd(),
        v.device(),
        v.root(),
        v.ends(),
        false,
        true,
        Optional.empty(),
        v.format());
  }

  @Override
  public Mono<Boolean> finishDetach(Transaction transaction, String volumeId, String instanceId) {
    return Mono.fromSupplier(
        () -> {
          volumes.remove(volumeId);
          return false;
        });
  }

  @Override
  public Mono<Optional<String>> tiedTo(Transaction transaction, String instanceId) {
    return Mono.fromSupplier(() -> tied);
  }

  @Override
  public Mono<Void> moveTo(Transaction transaction, String instanceId, String host) {
    return Mono.fromRunnable(() -> places.put(instanceId, host));
  }

  @Override
  public Mono<Void> releaseAll(Transaction transaction, String instanceId) {
    return Mono.fromRunnable(
        () -> volumes.values().removeIf(volume -> volume.instanceId().equals(instanceId)));
  }

  @Override
  public Flux<AttachedVolume> attached(Session session, String instanceId) {
    return attached(session, List.of(instanceId));
  }

  @Override
  public Flux<AttachedVolume> attached(Session session, List<String> instanceIds) {
    return Flux.defer(() -> Flux.fromIterable(volumes.values()))
        .filter(volume -> instanceIds.contains(volume.instanceId()))
        .sort(java.util.Comparator.comparing(AttachedVolume::device));
  }

  @Override
  public Flux<Disk> disks(Session session, List<String> instanceIds) {
    return attached(session, instanceIds)
        .map(v -> new Disk(v.instanceId(), v.volumeId(), v.root(), v.ends()));
  }

  private AttachedVolume hang(String instanceId, String volumeId, String device, boolean root) {
    AttachedVolume volume =
        new AttachedVolume(
            instanceId,
            volumeId,
            volumeId + ".1",
            Optional.empty(),
            Optional.empty(),
            device,
            root,
            root,
            false,
            false,
            Optional.empty(),
            Optional.empty());
    volumes.put(volumeId, volume);
    return volume;
  }
}
