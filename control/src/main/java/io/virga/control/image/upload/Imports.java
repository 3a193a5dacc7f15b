package io.virga.control.image.upload;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.image.model.Destination;
import io.virga.control.image.model.Image;
import io.virga.control.image.model.ImportTask;
import io.virga.control.image.model.Intake;
import io.virga.control.tenancy.Viewer;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Imports of staged bytes, of downloads, and of images into further stores. Each is begun while its
 * request waits, and goes on by itself; what becomes of it is in its task.
 */
public final class Imports implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Imports.class);

  private static final int MAX_COPIES = 4;

  private final Database database;
  private final Records records;
  private final Uploads uploads;
  private final Importer importer;
  private final WebSource web;
  private final Semaphore copies = new Semaphore(MAX_COPIES);
  private final Disposable.Composite running = Disposables.composite();

  public Imports(
      Database database, Records records, Uploads uploads, Importer importer, WebSource web) {
    this.database = database;
    this.records = records;
    this.uploads = uploads;
    this.importer = importer;
    this.web = web;
  }

  /**
   * Begins one. Completes when it is under way; fails with conflict if the image's status does not
   * allow it, with bad request if it cannot be downloaded from there.
   */
  public Mono<Void> start(Image image, ImportTask task) {
    Mono<Void> begin =
        switch (task.source()) {
          case ImportTask.Source.Staged _ ->
              begin(image, task, Intake.IMPORT_STAGED, Flux.defer(() -> importer.staged(image)));
          case ImportTask.Source.Web source -> {
            check(source.address());
            yield begin(image, task, Intake.IMPORT, web.get(source.address()));
          }
          case ImportTask.Source.Copy _ -> beginCopy(image, task);
        };
    // It is begun also for a client that has not the patience to hear of it.
    return Mono.defer(() -> Mono.fromFuture(begin.toFuture(), true));
  }

  private static void check(URI uri) {
    DownloadRules.refusal(uri)
        .ifPresent(
            why -> {
              throw ApiFault.badRequest("uri: '" + uri + "' " + why);
            });
  }

  private Mono<Void> begin(Image image, ImportTask task, Intake intake, Flux<byte[]> bytes) {
    return uploads
        .begin(image, intake, Optional.of(task.destination()))
        .flatMap(
            begun ->
                records
                    .tasks()
                    .insert(database, task, uploads.control())
                    .onErrorResume(error -> uploads.giveUp(begun).then(Mono.error(error)))
                    .then(
                        Mono.fromRunnable(
                            () ->
                                goOn(
                                    task,
                                    uploads.goOn(
                                        begun, task.destination(), bytes, unstage(image, task))))));
  }

  /** The image is active meanwhile; only where it is changes. */
  private Mono<Void> beginCopy(Image image, ImportTask task) {
    return Mono.defer(
        () -> {
          if (!copies.tryAcquire()) {
            return Mono.error(
                ApiFault.unavailable("Too many images are being copied; try again later."));
          }
          return database
              .inTransaction(transaction -> claimed(transaction, image.id(), task))
              .doOnError(error -> copies.release())
              .doOnNext(claimed -> goOn(claimed.task(), copy(claimed)))
              .then();
        });
  }

  /**
   * A copy that nobody else makes.
   *
   * @param image as it is while it is being copied
   */
  private record Claimed(Image image, ImportTask task) {}

  private Mono<Claimed> claimed(Transaction transaction, UUID id, ImportTask asked) {
    return records
        .images()
        .lockOwned(transaction, Viewer.EVERYTHING, id)
        .map(image -> new Claimed(image, asked.to(further(image, asked.destination()))))
        .delayUntil(claimed -> claim(transaction, claimed.image(), claimed.task().destination()))
        .delayUntil(
            claimed -> records.tasks().insert(transaction, claimed.task(), uploads.control()));
  }

  private Mono<Void> copy(Claimed claimed) {
    return uploads
        .distribution()
        .copy(claimed.image(), claimed.task().destination())
        .doFinally(signal -> copies.release());
  }

  private Mono<Void> claim(Transaction transaction, Image image, Destination to) {
    return records
        .purges()
        .isWaiting(transaction, image.id(), to.stores())
        .filter(waiting -> !waiting)
        .switchIfEmpty(
            Mono.error(
                () ->
                    ApiFault.conflict(
                        "Image %s is still being removed from one of the stores; try again later."
                            .formatted(image.id()))))
        .then(Mono.defer(() -> records.placements().begin(transaction, image.id(), to.stores())))
        .filter(begun -> begun)
        .switchIfEmpty(
            Mono.error(
                () ->
                    ApiFault.conflict(
                        "Image %s is not active, or is being copied already."
                            .formatted(image.id()))))
        .then();
  }

  private void goOn(ImportTask task, Mono<Void> work) {
    Mono<Void> whole =
        work.then(
                Mono.defer(() -> records.tasks().end(database, task.id(), ImportTask.SUCCESS, "")))
            .onErrorResume(error -> failed(task, error));
    Disposable.Swap mine = Disposables.swap();
    running.add(mine);
    mine.update(
        whole
            .doFinally(signal -> running.remove(mine))
            .subscribe(
                nothing -> {},
                error -> log.error("the import of image {} was not ended", task.imageId(), error)));
  }

  /** What stays although it is not needed any more goes with the image. */
  private Mono<Void> unstage(Image image, ImportTask task) {
    return task.source() instanceof ImportTask.Source.Staged
        ? importer
            .unstage(image)
            .onErrorResume(
                ApiFault.class,
                e -> {
                  log.warn("what was staged of image {} stays: {}", image.id(), e.getMessage());
                  return Mono.empty();
                })
        : Mono.empty();
  }

  private Mono<Void> failed(ImportTask task, Throwable error) {
    log.warn("image {} is not imported: {}", task.imageId(), error.toString());
    String why =
        error instanceof ApiFault fault ? fault.getMessage() : "An unexpected error occurred.";
    return records.tasks().end(database, task.id(), ImportTask.FAILURE, String.valueOf(why));
  }

  /** The stores of these that the image is not in already. */
  private static Destination further(Image image, Destination to) {
    List<String> there = image.placement().stores();
    return new Destination(
        to.stores().stream().filter(store -> !there.contains(store)).toList(), to.allMustSucceed());
  }

  /** What is under way is given up: its images can be imported again. */
  @Override
  public void close() {
    running.dispose();
  }
}
