package io.virga.control.image.upload;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.image.model.Image;
import io.virga.control.image.store.ImageStore;
import io.virga.control.image.store.PurgeStore;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The life of one upload: only one at a time for an image, a few in all; what becomes of the image
 * when it ends, whichever way it ends.
 */
public final class Uploads {

  private static final int MAX_UPLOADS = 16;

  private final Database database;
  private final ImageStore images;
  private final PurgeStore purges;
  private final Importer importer;
  private final String control;
  private final Semaphore places = new Semaphore(MAX_UPLOADS);

  /**
   * @param control the name of this control process
   */
  public Uploads(
      Database database, ImageStore images, PurgeStore purges, Importer importer, String control) {
    this.database = database;
    this.images = images;
    this.purges = purges;
    this.importer = importer;
    this.control = control;
  }

  /** Completes when the image is active. */
  public Mono<Void> take(Image image, Flux<byte[]> body) {
    if (image.attributes().diskFormat().isEmpty()
        || image.attributes().containerFormat().isEmpty()) {
      return Mono.error(
          ApiFault.badRequest(
              "The image needs a disk_format and a container_format before its bytes."));
    }
    return Mono.usingWhen(
        begin(image.id()),
        id -> importer.take(image, body).flatMap(content -> finish(id, content)),
        id -> release(),
        (id, error) -> end(id, isRefused(error) ? "killed" : Image.QUEUED),
        id -> end(id, Image.QUEUED));
  }

  private Mono<UUID> begin(UUID id) {
    return Mono.defer(
        () -> {
          if (!places.tryAcquire()) {
            return Mono.error(
                ApiFault.unavailable("Too many images are being uploaded; try again later."));
          }
          return images
              .beginUpload(database, id, control)
              .flatMap(
                  begun ->
                      begun
                          ? Mono.just(id)
                          : Mono.<UUID>error(
                              ApiFault.conflict(
                                  "Image %s is not queued: it has its data, or is being sent some."
                                      .formatted(id))))
              .doOnError(e -> places.release());
        });
  }

  private Mono<Void> finish(UUID id, Image.Content content) {
    return images
        .finishUpload(database, id, content)
        .flatMap(
            there ->
                there
                    ? Mono.<Void>empty()
                    : database
                        .inTransaction(transaction -> purges.add(transaction, id))
                        .then(
                            Mono.error(
                                ApiFault.of(
                                    FaultKind.GONE,
                                    "Image " + id + " was deleted during the upload."))));
  }

  private Mono<Void> end(UUID id, String status) {
    return images.endUpload(database, id, status).then(release());
  }

  private Mono<Void> release() {
    return Mono.fromRunnable(places::release);
  }

  private static boolean isRefused(Throwable error) {
    return error instanceof ApiFault fault
        && (fault.kind() == FaultKind.BAD_REQUEST || fault.kind() == FaultKind.TOO_LARGE);
  }
}
