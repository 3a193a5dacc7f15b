package io.virga.control.image;

import io.virga.control.database.Session;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.image.model.Image;
import io.virga.control.image.objects.ImageObjects;
import io.virga.control.image.objects.Stores;
import io.virga.control.image.store.ImageStore;
import io.virga.control.policy.Caller;
import io.virga.control.tenancy.Viewer;
import io.virga.dataplane.desired.VolumeSource;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** What a caller may make disks of: the images of its project, and those that are for everyone. */
final class OwnAndPublicImages implements BootImages {

  private final ImageStore images;
  private final ImageObjects objects;

  OwnAndPublicImages(ImageStore images, ImageObjects objects) {
    this.images = images;
    this.objects = objects;
  }

  @Override
  public Mono<BootImage> bootable(Session session, Caller caller, String imageId) {
    return held(session, caller, imageId).map(this::bootable);
  }

  @Override
  public Mono<Origin> origin(Session session, Caller caller, String imageId) {
    return held(session, caller, imageId)
        .map(
            image ->
                Optional.ofNullable(image.attributes().properties().get(MAPPING))
                    .<Origin>map(Origin.Mapped::new)
                    .orElseGet(() -> new Origin.Disk(bootable(image))));
  }

  private Mono<Image> held(Session session, Caller caller, String imageId) {
    return Mono.justOrEmpty(Ids.parse(imageId))
        .flatMap(id -> images.hold(session, Viewer.of(caller), id))
        .onErrorMap(ApiFault::isNotFound, error -> unknown(imageId))
        .switchIfEmpty(Mono.error(() -> unknown(imageId)));
  }

  private BootImage bootable(Image image) {
    if (!image.status().equals(Image.ACTIVE)) {
      throw ApiFault.badRequest(
          "Image %s is not active: it is %s.".formatted(image.id(), image.status()));
    }
    long virtualSize = image.content().map(Image.Content::virtualSizeBytes).orElse(0L);
    if (virtualSize == 0) {
      throw ApiFault.badRequest(
          "Image %s is in the format %s, of which no disk can be made; raw, iso and qcow2 can."
              .formatted(image.id(), image.attributes().diskFormat().orElse("")));
    }
    if (!image.placement().stores().contains(Stores.OBJECTS)) {
      throw ApiFault.badRequest(
          "Image %s is in the stores %s alone; disks are made of images in the store %s: copy it."
              .formatted(
                  image.id(), String.join(", ", image.placement().stores()), Stores.OBJECTS));
    }
    return new BootImage(
        image.id().toString(),
        image.attributes().name().orElse(""),
        image.attributes().minDiskGib(),
        image.attributes().minRamMib(),
        new VolumeSource.Image(image.id().toString(), virtualSize, objects.rawPrefix(image.id())));
  }

  private static ApiFault unknown(String imageId) {
    return ApiFault.badRequest("Image " + imageId + " could not be found.");
  }
}
