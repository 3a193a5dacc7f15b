package io.virga.control.image;

import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.image.life.ImageLife;
import io.virga.control.image.store.ImageStore;
import io.virga.control.policy.Caller;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Images as the compute API shows them to old clients. */
public interface SeenImages {

  /** Those that the image API lists to the caller. */
  Flux<SeenImage> list(Session session, Caller caller);

  /** One that the caller sees; fails with not found. */
  Mono<SeenImage> find(Session session, Caller caller, UUID id);

  /** Deletes one of the caller's, as the image API would. */
  Mono<Void> delete(Transaction transaction, Caller caller, UUID id);

  /**
   * An image.
   *
   * @param status in the image API's words
   * @param sizeBytes empty while there are no bytes
   */
  record SeenImage(
      UUID id,
      Optional<String> name,
      String status,
      long minDiskGib,
      long minRamMib,
      Optional<Long> sizeBytes,
      Map<String, String> properties,
      Instant createdAt,
      Instant updatedAt) {

    public SeenImage {
      properties = Map.copyOf(properties);
    }
  }

  /** Those of the image service's tables. */
  static SeenImages of(ImageStore images, ImageLife life) {
    return new StoredImages(images, life);
  }
}
