package io.virga.control.volume;

import io.virga.control.database.Transaction;
import io.virga.control.http.View;
import io.virga.control.image.BootImages;
import io.virga.control.image.DiskImages;
import io.virga.control.policy.Caller;
import io.virga.control.volume.life.SnapshotLife;
import io.virga.control.volume.model.Snapshot;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.store.VolumeStore;
import io.virga.dataplane.json.Json;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Images of instances that boot from a volume, as Nova makes them: snapshots of all volumes, and an
 * image without bytes whose property {@code block_device_mapping} names them.
 */
final class VolumeBackedImages {

  private final VolumeStore volumes;
  private final SnapshotLife snapshots;
  private final DiskImages images;

  VolumeBackedImages(VolumeStore volumes, SnapshotLife snapshots, DiskImages images) {
    this.volumes = volumes;
    this.snapshots = snapshots;
    this.images = images;
  }

  /** The image's id. Fails as the volume API would where a snapshot cannot be taken. */
  Mono<UUID> make(
      Transaction transaction, Caller caller, String instanceId, DiskImages.NewImage image) {
    Volume.Description described =
        new Volume.Description("snapshot for " + image.name(), "", Map.of());
    return volumes
        .lockOfInstance(transaction, instanceId)
        .filter(volume -> !volume.root() && !volume.isDetaching())
        .collectSortedList(Comparator.comparing(VolumeBackedImages::device))
        .flatMapMany(Flux::fromIterable)
        .concatMap(
            volume ->
                snapshots
                    .create(transaction, caller, volume, new SnapshotLife.Draft(described, true))
                    .map(snapshot -> mapping(volume, snapshot)))
        .collectList()
        .flatMap(mappings -> images.createMapped(transaction, caller, mapped(image, mappings)));
  }

  private static DiskImages.NewImage mapped(DiskImages.NewImage image, List<View> mappings) {
    Map<String, String> properties = new HashMap<>(image.properties());
    properties.put("bdm_v2", "True");
    properties.put("root_device_name", "/dev/" + InstanceVolumes.ROOT);
    properties.put(BootImages.MAPPING, Json.text(mappings));
    return new DiskImages.NewImage(
        image.name(), image.visibility(), image.isProtected(), image.minDiskGib(), properties);
  }

  private static View mapping(Volume volume, Snapshot snapshot) {
    boolean boots = device(volume).equals(InstanceVolumes.ROOT);
    return View.of("source_type", "snapshot")
        .with("destination_type", "volume")
        .with("snapshot_id", snapshot.id())
        .with("volume_size", volume.sizeGib())
        .with("volume_type", volume.traits().type().map(Volume.Type::name))
        .with("boot_index", boots ? Optional.of(0) : Optional.empty())
        .with("device_name", "/dev/" + device(volume))
        .with("device_type", "disk")
        .with("disk_bus", "virtio")
        .with("delete_on_termination", volume.attachment().filter(a -> a.ends()).isPresent());
  }

  private static String device(Volume volume) {
    return volume.attachment().map(attachment -> attachment.holder().device()).orElse("");
  }
}
