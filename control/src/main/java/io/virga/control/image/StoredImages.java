package io.virga.control.image;

import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.image.life.ImageLife;
import io.virga.control.image.model.Image;
import io.virga.control.image.model.Member;
import io.virga.control.image.store.ImageStore;
import io.virga.control.policy.Caller;
import io.virga.control.tenancy.Viewer;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What callers of other services see of images. */
record StoredImages(ImageStore images, ImageLife life) implements SeenImages {

  @Override
  public Flux<SeenImage> list(Session session, Caller caller) {
    return images
        .list(session, new Viewer(caller.projectId(), false), false, Optional.of(Member.ACCEPTED))
        .map(StoredImages::seen);
  }

  @Override
  public Mono<SeenImage> find(Session session, Caller caller, UUID id) {
    return images.find(session, Viewer.of(caller), id).map(StoredImages::seen);
  }

  @Override
  public Mono<Void> delete(Transaction transaction, Caller caller, UUID id) {
    return images
        .lockOwned(transaction, Viewer.of(caller), id)
        .flatMap(image -> life.delete(transaction, image));
  }

  private static SeenImage seen(Image image) {
    Image.Attributes attributes = image.attributes();
    return new SeenImage(
        image.id(),
        attributes.name(),
        image.status(),
        attributes.minDiskGib(),
        attributes.minRamMib(),
        image.content().map(Image.Content::sizeBytes),
        attributes.properties(),
        image.createdAt(),
        image.updatedAt());
  }
}
