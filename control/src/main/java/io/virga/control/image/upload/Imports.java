package io.virga.control.image.upload;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.image.model.Image;
import io.virga.control.image.model.ImportTask;
import io.virga.control.image.store.TaskStore;
import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Imports of staged bytes and of downloads. Each is begun while its request waits, and goes on by
 * itself; what becomes of it is in its task.
 */
public final class Imports implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Imports.class);

  private final Database database;
  private final TaskStore tasks;
  private final Uploads uploads;
  private final Importer importer;
  private final WebSource web;
  private final Disposable.Composite running = Disposables.composite();

  public Imports(
      Database database, TaskStore tasks, Uploads uploads, Importer importer, WebSource web) {
    this.database = database;
    this.tasks = tasks;
    this.uploads = uploads;
    this.importer = importer;
    this.web = web;
  }

  /**
   * Begins one. Completes when it is under way; fails with conflict if the image's status does not
   * allow it, with bad request if it cannot be downloaded from there.
   */
  public Mono<Void> start(Image image, ImportTask task) {
    task.source().uri().ifPresent(Imports::check);
    Mono<Void> begin =
        uploads
            .begin(image, task.source().intake())
            .flatMap(
                begun ->
                    tasks
                        .insert(database, task)
                        .onErrorResume(error -> uploads.giveUp(begun).then(Mono.error(error)))
                        .then(Mono.fromRunnable(() -> goOn(begun, task))));
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

  private void goOn(Image image, ImportTask task) {
    Flux<byte[]> bytes = task.source().uri().map(web::get).orElseGet(() -> importer.staged(image));
    Mono<Void> whole =
        uploads
            .goOn(image, bytes, unstage(image, task))
            .then(Mono.defer(() -> tasks.end(database, task.id(), ImportTask.SUCCESS, "")))
            .onErrorResume(error -> failed(image, task, error));
    Disposable.Swap mine = Disposables.swap();
    running.add(mine);
    mine.update(
        whole
            .doFinally(signal -> running.remove(mine))
            .subscribe(
                nothing -> {},
                error -> log.error("the import of image {} was not ended", image.id(), error)));
  }

  /** What stays although it is not needed any more goes with the image. */
  private Mono<Void> unstage(Image image, ImportTask task) {
    return task.source().uri().isPresent()
        ? Mono.empty()
        : importer
            .unstage(image)
            .onErrorResume(
                ApiFault.class,
                e -> {
                  log.warn("what was staged of image {} stays: {}", image.id(), e.getMessage());
                  return Mono.empty();
                });
  }

  private Mono<Void> failed(Image image, ImportTask task, Throwable error) {
    log.warn("image {} is not imported: {}", image.id(), error.toString());
    String why =
        error instanceof ApiFault fault ? fault.getMessage() : "An unexpected error occurred.";
    return tasks.end(database, task.id(), ImportTask.FAILURE, String.valueOf(why));
  }

  /** What is under way is given up: its images can be imported again. */
  @Override
  public void close() {
    running.dispose();
  }
}
