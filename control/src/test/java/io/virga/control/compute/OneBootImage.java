package io.virga.control.compute;

import io.virga.control.database.Session;
import io.virga.control.fault.ApiFault;
import io.virga.control.image.BootImages;
import io.virga.control.image.store.ImageStore;
import io.virga.control.policy.Caller;
import io.virga.control.tenancy.Viewer;
import io.virga.dataplane.desired.VolumeSource;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Every id is that of a small image, but those of stored images that map. */
final class OneBootImage implements BootImages {

  private final ImageStore stored = new ImageStore();

  @Override
  public Mono<Origin> origin(Session session, Caller caller, String imageId) {
    return stored
        .find(session, Viewer.of(caller), UUID.fromString(imageId))
        .onErrorResume(ApiFault::isNotFound, e -> Mono.empty())
        .flatMap(
            image ->
                Mono.justOrEmpty(Optional.ofNullable(image.attributes().properties().get(MAPPING))))
        .<Origin>map(Origin.Mapped::new)
        .switchIfEmpty(bootable(session, caller, imageId).map(Origin.Disk::new));
  }

  @Override
  public Mono<BootImage> bootable(Session session, Caller caller, String imageId) {
    return Mono.just(
        new BootImage(
            imageId,
            "image",
            0,
            0,
            new VolumeSource.Image(imageId, 1L << 20, "/v1/AUTH_service/images/" + imageId)));
  }
}
