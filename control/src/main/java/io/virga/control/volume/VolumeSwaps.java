package io.virga.control.volume;

import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.volume.model.Attachment;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.store.VolumeStore;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Volumes of instances that take over from others: which may, and what becomes of them. */
final class VolumeSwaps {

  private final VolumeStore volumes;

  VolumeSwaps(VolumeStore volumes) {
    this.volumes = volumes;
  }

  /** Fails, in Nova's words, unless the other may take over from the volume of the instance. */
  static void check(Volume before, Volume next, String instanceId) {
    boolean its = !before.root() && before.attachment().filter(a -> a.isIn(instanceId)).isPresent();
    if (!its) {
      throw ApiFault.notFound("Volume", before.id().toString());
    }
    if (before.isDetaching() || replaces(before).isPresent()) {
      throw ApiFault.conflict("Volume " + before.id() + " is being detached or swapped already.");
    }
    if (next.sizeBytes() < before.sizeBytes()) {
      throw ApiFault.badRequest(
          "Invalid volume: New volume must be the same size or larger: %d GiB, not %d."
              .formatted(before.sizeGib(), next.sizeGib()));
    }
  }

  /** Fails with conflict while it takes over from another. */
  static Volume checkSettled(Volume volume) {
    if (replaces(volume).isPresent()) {
      throw ApiFault.conflict(
          "Volume %s takes over from another, %s.".formatted(volume.id(), replaces(volume).get()));
    }
    return volume;
  }

  /** The guest has let go of a volume: whether another of its instance had taken over from it. */
  Mono<Boolean> finish(Transaction transaction, UUID volumeId, String instanceId) {
    return volumes
        .lockOfInstance(transaction, instanceId)
        .filter(volume -> replaces(volume).filter(volumeId::equals).isPresent())
        .collectList()
        .flatMapMany(Flux::fromIterable)
        .flatMap(volume -> Mono.justOrEmpty(settled(volume)))
        .concatMap(volume -> volumes.update(transaction, volume).thenReturn(true))
        .hasElements();
  }

  private static Optional<Volume> settled(Volume volume) {
    return volume
        .attachment()
        .flatMap(
            attachment ->
                attachment.instance().map(i -> volume.held(attachment.heldBy(i.settled()))));
  }

  private static Optional<UUID> replaces(Volume volume) {
    return volume.attachment().flatMap(Attachment::instance).flatMap(Attachment.Instance::replaces);
  }
}
