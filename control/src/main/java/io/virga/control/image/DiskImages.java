package io.virga.control.image;

import io.virga.control.database.Transaction;
import io.virga.control.policy.Caller;
import java.util.Map;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Images that are made of disks, as those who have the disks see them. */
public interface DiskImages {

  /**
   * Makes an image of the caller's that waits for its bytes; fails as the image API would.
   *
   * @return its id
   */
  Mono<UUID> create(Transaction transaction, Caller caller, NewImage image);

  /**
   * Makes an image of the caller's that has no bytes and is active at once: its properties say of
   * what disks are made. Fails as the image API would.
   *
   * @return its id
   */
  Mono<UUID> createMapped(Transaction transaction, Caller caller, NewImage image);

  /**
   * Stores the contents of the disk; completes when the image is active. When it fails the image
   * waits as before, unless it is gone, or refused for good.
   */
  Mono<Void> fill(UUID id, Flux<byte[]> contents);

  /** No bytes will come. */
  Mono<Void> giveUp(UUID id);

  /**
   * A raw image that is to be.
   *
   * @param visibility one of the image API's
   * @param minDiskGib the smallest disk that can be made of it
   */
  record NewImage(
      String name,
      String visibility,
      boolean isProtected,
      long minDiskGib,
      Map<String, String> properties) {

    public NewImage {
      properties = Map.copyOf(properties);
    }
  }
}
