package io.virga.control.image.upload;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.image.model.Destination;
import io.virga.control.image.model.Image;
import io.virga.control.image.model.Intake;
import io.virga.control.image.store.ImageStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/**
 * The life of one upload: only one at a time for an image, a few in all; what becomes of the image
 * when it ends, whichever way it ends.
 */
public final class Uploads implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);
  private static final int MAX_UPLOADS = 16;
  private static final Duration FIRST_RETRY = Duration.ofMillis(50);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);

  private final Database database;
  private final ImageStore images;
  private final Importer importer;
  private final Distribution distribution;
  private final String control;
  private final Semaphore places = new Semaphore(MAX_UPLOADS);
  private final Sinks.Empty<Void> closed = Sinks.empty();

  /**
   * @param control the name of this control process
   */
  public Uploads(Database database, Records records, Importer importer, String control) {
    this.database = database;
    this.images = records.images();
    this.importer = importer;
    this.distribution =
        new Distribution(database, records, importer, new Copies(importer.stores()));
    this.control = control;
  }

  /**
   * Completes when the image is active.
   *
   * @param store where the bytes are to be
   */
  public Mono<Void> take(Image image, String store, Flux<byte[]> body) {
    return Mono.usingWhen(
        begin(image, Intake.UPLOAD, Optional.empty()),
        begun -> distribution.fill(begun, Destination.of(store), body),
        begun -> release(),
        (begun, error) -> end(begun, isRefused(error) ? Image.KILLED : Image.QUEUED),
        begun -> end(begun, Image.QUEUED));
  }

  /** Completes when all is kept for an import. */
  public Mono<Void> stage(Image image, Flux<byte[]> body) {
    return Mono.usingWhen(
        begin(image, Intake.STAGE, Optional.empty()),
        begun ->
            importer
                .stage(begun, body)
                .then(images.staged(database, begun.id()))
                .flatMap(there -> there ? Mono.<Void>empty() : distribution.gone(begun.id())),
        begun -> release(),
        (begun, error) -> end(begun, Image.QUEUED),
        begun -> end(begun, Image.QUEUED));
  }

  /**
   * Takes the one right to bring an image its bytes; fails with conflict if its status does not
   * allow that. Whoever has it must {@link #goOn go on}.
   */
  Mono<Image> begin(Image image, Intake intake, Optional<Destination> imported) {
    if (image.attributes().diskFormat().isEmpty()
        || image.attributes().containerFormat().isEmpty()) {
      return Mono.error(
          ApiFault.badRequest(
              "The image needs a disk_format and a container_format before its bytes."));
    }
    return Mono.defer(
        () -> {
          if (!places.tryAcquire()) {
            return Mono.error(
                ApiFault.unavailable("Too many images are being uploaded; try again later."));
          }
          CompletableFuture<Image> begun =
              images
                  .begin(database, image.id(), intake, control, imported)
                  .flatMap(
                      done ->
                          done ? Mono.just(image) : Mono.<Image>error(notIn(intake.from(), image)))
                  .doOnError(e -> places.release())
                  .toFuture();
          // What has been taken is given back also if nobody waits for it any more.
          return Mono.fromFuture(begun, true)
              .doOnCancel(() -> begun.thenAccept(taken -> giveUp(taken).subscribe()));
        });
  }

  /**
   * What follows on {@link #begin}; completes when the image is active.
   *
   * @param last done before the image can be sent bytes again, whatever becomes of it
   */
  Mono<Void> goOn(Image image, Destination to, Flux<byte[]> body, Mono<Void> last) {
    return Mono.usingWhen(
        Mono.just(image),
        begun -> distribution.fill(begun, to, body),
        begun -> last.then(release()),
        (begun, error) -> last.then(end(begun, Image.QUEUED)),
        begun -> last.then(end(begun, Image.QUEUED)));
  }

  Distribution distribution() {
    return distribution;
  }

  String control() {
    return control;
  }

  /** Instead of going on. */
  Mono<Void> giveUp(Image image) {
    return end(image, Image.QUEUED);
  }

  /** While the database is away the image waits for it; whoever has sent the bytes does not. */
  private Mono<Void> end(Image image, String status) {
    Mono<Void> ended = Mono.defer(() -> images.endUpload(database, image.id(), status));
    return ended
        .onErrorResume(
            e -> {
              LOG.warn("the end of the upload of image {} is written later", image.id(), e);
              later(ended);
              return Mono.empty();
            })
        .then(release());
  }

  private void later(Mono<Void> ended) {
    ended
        .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_RETRY).maxBackoff(LONGEST_RETRY))
        .takeUntilOther(closed.asMono())
        .subscribe();
  }

  @Override
  public void close() {
    closed.tryEmitEmpty();
  }

  private Mono<Void> release() {
    return Mono.fromRunnable(places::release);
  }

  private static ApiFault notIn(String status, Image image) {
    return ApiFault.conflict(
        "Image %s is not %s: it has its data, or is being sent some."
            .formatted(image.id(), status));
  }

  private static boolean isRefused(Throwable error) {
    return error instanceof ApiFault fault
        && (fault.kind() == FaultKind.BAD_REQUEST || fault.kind() == FaultKind.TOO_LARGE);
  }
}
