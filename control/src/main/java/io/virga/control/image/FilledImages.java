package io.virga.control.image;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.http.Ids;
import io.virga.control.image.life.ImageLife;
import io.virga.control.image.model.Image;
import io.virga.control.image.model.Placement;
import io.virga.control.image.objects.Stores;
import io.virga.control.image.store.ImageStore;
import io.virga.control.image.upload.Uploads;
import io.virga.control.policy.Caller;
import io.virga.control.tenancy.Viewer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Images of disks are uploaded as those that tenants send. */
final class FilledImages implements DiskImages {

  private final Database database;
  private final ImageStore images;
  private final ImageLife life;
  private final Uploads uploads;

  FilledImages(Database database, ImageStore images, ImageLife life, Uploads uploads) {
    this.database = database;
    this.images = images;
    this.life = life;
    this.uploads = uploads;
  }

  @Override
  public Mono<UUID> create(Transaction transaction, Caller caller, NewImage image) {
    return insert(
        transaction, caller, image, Image.QUEUED, Optional.of("raw"), Optional.of("bare"));
  }

  @Override
  public Mono<UUID> createMapped(Transaction transaction, Caller caller, NewImage image) {
    return insert(transaction, caller, image, Image.ACTIVE, Optional.empty(), Optional.empty());
  }

  private Mono<UUID> insert(
      Transaction transaction,
      Caller caller,
      NewImage image,
      String status,
      Optional<String> diskFormat,
      Optional<String> containerFormat) {
    Instant now = Instant.now();
    UUID id = Ids.next();
    Image.Attributes attributes =
        new Image.Attributes(
            Optional.of(image.name()),
            image.visibility(),
            diskFormat,
            containerFormat,
            image.minDiskGib(),
            0,
            image.isProtected(),
            false,
            List.of(),
            image.properties());
    return life.insert(
            transaction,
            caller,
            new Image(
                id,
                caller.projectId(),
                status,
                attributes,
                Optional.empty(),
                Placement.NOWHERE,
                now,
                now))
        .thenReturn(id);
  }

  @Override
  public Mono<Void> fill(UUID id, Flux<byte[]> contents) {
    return images
        .find(database, Viewer.EVERYTHING, id)
        .flatMap(image -> uploads.take(image, Stores.OBJECTS, contents));
  }

  @Override
  public Mono<Void> giveUp(UUID id) {
    return images.giveUp(database, id);
  }
}
