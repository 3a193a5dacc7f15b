package io.virga.control.volume.life;

import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.Ids;
import io.virga.control.image.BootImages;
import io.virga.control.policy.Caller;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.model.Snapshot;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.store.SnapshotStore;
import io.virga.control.volume.store.VolumeStore;
import io.virga.dataplane.desired.VolumeSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Finds what a volume shall be made of, locks it, and checks that the size will do. */
public final class VolumeSources {

  private static final long GIBIBYTE = 1L << 30;

  private final VolumeStore volumes;
  private final SnapshotStore snapshots;
  private final BootImages images;

  public VolumeSources(VolumeStore volumes, SnapshotStore snapshots, BootImages images) {
    this.volumes = volumes;
    this.snapshots = snapshots;
    this.images = images;
  }

  /**
   * What a volume is made of.
   *
   * @param host where it has to be; anywhere if empty
   * @param traits of the volume that it comes from, or those of any other
   */
  record Found(
      VolumeSource source,
      Optional<Volume.ImageOrigin> image,
      Volume.Traits traits,
      Optional<String> host,
      long sizeBytes) {

    /** The same on that host, if one is said. */
    Found on(Optional<String> asked) {
      if (host.isPresent() && asked.isPresent() && !host.equals(asked)) {
        throw ApiFault.conflict(
            "What the volume is made of is on the host %s, not on %s."
                .formatted(host.get(), asked.get()));
      }
      return new Found(source, image, traits, host.or(() -> asked), sizeBytes);
    }
  }

  Mono<Found> find(Transaction transaction, Caller caller, VolumeDraft draft) {
    Viewer viewer = new Viewer(caller.projectId(), caller.isAdmin());
    return switch (draft.source()) {
      case VolumeDraft.Source.Nothing _ ->
          Mono.just(
              new Found(
                  new VolumeSource.Blank(),
                  Optional.empty(),
                  new Volume.Traits(Optional.empty(), false, Map.of()),
                  Optional.empty(),
                  draft.sizeGib().orElseThrow(() -> ApiFault.badRequest("volume.size: is required"))
                      * GIBIBYTE));
      case VolumeDraft.Source.OfImage image ->
          images.bootable(transaction, caller, image.id()).map(boot -> ofImage(boot, size(draft)));
      case VolumeDraft.Source.OfVolume source ->
          volumes
              .lock(transaction, viewer, id("Volume", source.id()))
              .map(volume -> ofVolume(volume, draft));
      case VolumeDraft.Source.OfSnapshot source ->
          snapshots
              .lock(transaction, viewer, id("Snapshot", source.id()))
              .flatMap(
                  snapshot ->
                      volumes
                          .find(transaction, Viewer.EVERYTHING, snapshot.volumeId())
                          .map(volume -> ofSnapshot(snapshot, volume, draft)));
    };
  }

  private static UUID id(String thing, String text) {
    return Ids.parse(text).orElseThrow(() -> ApiFault.notFound(thing, text));
  }

  private static long size(VolumeDraft draft) {
    return draft.sizeGib().orElseThrow(() -> ApiFault.badRequest("volume.size: is required"));
  }

  private static Found ofImage(BootImages.BootImage image, long sizeGib) {
    long virtualGib = Math.ceilDiv(image.source().virtualSizeBytes(), GIBIBYTE);
    long needed = Math.max(virtualGib, image.minDiskGib());
    if (sizeGib < needed) {
      throw ApiFault.badRequest(
          """
          Invalid input received: Volume size %dGB cannot be smaller than the image's size, %dGB.\
          """
              .formatted(sizeGib, needed));
    }
    Volume.ImageOrigin origin = new Volume.ImageOrigin(image.id(), image.name());
    return new Found(
        image.source(),
        Optional.of(origin),
        new Volume.Traits(Optional.empty(), true, origin.metadata()),
        Optional.empty(),
        sizeGib * GIBIBYTE);
  }

  private static Found ofVolume(Volume volume, VolumeDraft draft) {
    if (!volume.status().equals("available") && !volume.status().equals("in-use")) {
      throw ApiFault.badRequest(
          "Invalid volume: Volume %s is %s, not available or in-use."
              .formatted(volume.id(), volume.status()));
    }
    return new Found(
        new VolumeSource.Volume(volume.id().toString()),
        volume.image(),
        volume.traits(),
        Optional.of(volume.host()),
        sized(draft, volume.sizeGib(), "source volume"));
  }

  private static Found ofSnapshot(Snapshot snapshot, Volume volume, VolumeDraft draft) {
    if (!snapshot.status().equals("available")) {
      throw ApiFault.badRequest(
          "Invalid snapshot: Originating snapshot status must be one of 'available' values, it is "
              + snapshot.status());
    }
    return new Found(
        new VolumeSource.Snapshot(snapshot.id().toString()),
        volume.image(),
        volume.traits(),
        Optional.of(snapshot.host()),
        sized(draft, snapshot.sizeGib(), "snapshot"));
  }

  private static long sized(VolumeDraft draft, long sourceGib, String what) {
    long gib = draft.sizeGib().orElse(sourceGib);
    if (gib < sourceGib) {
      throw ApiFault.of(
          FaultKind.BAD_REQUEST,
          "Invalid input received: Volume size %dGB cannot be smaller than the %s size %dGB."
              .formatted(gib, what, sourceGib));
    }
    return gib * GIBIBYTE;
  }
}
