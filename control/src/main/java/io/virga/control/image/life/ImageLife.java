package io.virga.control.image.life;

import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.image.model.Image;
import io.virga.control.image.store.ImageStore;
import io.virga.control.image.store.PurgeStore;
import io.virga.control.policy.Caller;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import reactor.core.publisher.Mono;

/** How images come to be and go; an image and its quota are one transaction. */
public final class ImageLife {

  private final ImageStore images;
  private final PurgeStore purges;
  private final Quota quota;

  public ImageLife(ImageStore images, PurgeStore purges, Quota quota) {
    this.images = images;
    this.purges = purges;
    this.quota = quota;
  }

  /** Writes a new image. */
  public Mono<Void> insert(Transaction transaction, Caller caller, Image image) {
    checkVisibility(caller, image.attributes().visibility());
    return purges
        .isWaiting(transaction, image.id())
        .filter(waiting -> !waiting)
        .switchIfEmpty(Mono.error(() -> taken(image.id())))
        .then(quota.claim(transaction, image.projectId(), Resource.IMAGES, 1))
        .then(Mono.defer(() -> images.insert(transaction, image)))
        .onErrorMap(DuplicateKeyException.class, e -> taken(image.id()));
  }

  /** Writes what is to be of an image that is locked; a new owner's quota is claimed. */
  public Mono<Void> update(Transaction transaction, Caller caller, Image image, Image changed) {
    if (!changed.attributes().visibility().equals(image.attributes().visibility())) {
      checkVisibility(caller, changed.attributes().visibility());
    }
    Mono<Void> written = images.update(transaction, changed);
    return changed.projectId().equals(image.projectId())
        ? written
        : quota
            .release(transaction, image.projectId(), Resource.IMAGES, 1)
            .then(quota.claim(transaction, changed.projectId(), Resource.IMAGES, 1))
            .then(written);
  }

  /** The row goes at once, the objects when nobody reads them any more. */
  public Mono<Void> delete(Transaction transaction, Image image) {
    if (image.attributes().isProtected()) {
      return Mono.error(
          ApiFault.forbidden("Image " + image.id() + " is protected and cannot be deleted."));
    }
    return images
        .delete(transaction, image.id())
        .then(purges.add(transaction, image))
        .then(quota.release(transaction, image.projectId(), Resource.IMAGES, 1));
  }

  /** Fails if the caller may not have an image seen by these. */
  private static void checkVisibility(Caller caller, String visibility) {
    if (visibility.equals("public") && !caller.isAdmin()) {
      throw ApiFault.forbidden("You are not authorized to complete publicize_image action.");
    }
  }

  private static ApiFault taken(UUID id) {
    return ApiFault.conflict("Image ID " + id + " already exists!");
  }
}
