package io.virga.control.volume.upload;

import io.virga.control.database.Database;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.image.DiskImages;
import io.virga.control.policy.Caller;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.store.VolumeStore;
import io.virga.control.volume.upload.UploadStore.Upload;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/**
 * Makes images of volumes, in the background. What is to be made is in the database: a control
 * process that was killed begins again where it is started anew, and a few are made at a time.
 */
public final class VolumeUploads implements AutoCloseable {

  /** What a volume shows while it is read. */
  public static final String UPLOADING = "uploading";

  private static final Logger LOG = LoggerFactory.getLogger(VolumeUploads.class);
  private static final int AT_A_TIME = 4;
  private static final int ATTEMPTS = 5;
  private static final Duration BACKOFF = Duration.ofSeconds(1);
  private static final Duration LOOK = Duration.ofSeconds(10);

  private final Database database;
  private final VolumeStore volumes;
  private final DiskImages images;
  private final VolumeContents contents;
  private final String control;
  private final UploadStore uploads = new UploadStore();
  private final Set<UUID> running = ConcurrentHashMap.newKeySet();
  private final Sinks.Many<Boolean> wakes = Sinks.many().multicast().directBestEffort();
  private volatile Disposable task = Disposables.disposed();

  /**
   * Makes none until {@link #start}.
   *
   * @param control the name of this control process
   */
  public VolumeUploads(
      Database database,
      VolumeStore volumes,
      DiskImages images,
      VolumeContents contents,
      String control) {
    this.database = database;
    this.volumes = volumes;
    this.images = images;
    this.contents = contents;
    this.control = control;
  }

  /** Goes on with what an earlier life of this process has begun, and looks for more. */
  public void start() {
    task =
        Flux.merge(
                Flux.interval(Duration.ZERO, LOOK).onBackpressureDrop().map(tick -> true),
                wakes.asFlux().onBackpressureLatest())
            .concatMap(wake -> waiting(), 1)
            .flatMap(this::makeAndLook, AT_A_TIME)
            .subscribe();
  }

  /**
   * Notes that an image shall be made of a locked volume; {@link #look} once that is committed.
   *
   * @param force also while the volume is attached
   * @return the image's id
   */
  public Mono<UUID> begin(
      Transaction transaction,
      Caller caller,
      Volume volume,
      DiskImages.NewImage image,
      boolean force) {
    boolean can = volume.status().equals("available") || force && volume.status().equals("in-use");
    if (!can) {
      return Mono.error(
          ApiFault.badRequest(
              "Invalid volume: Volume %s status must be available%s, but current status is: %s."
                  .formatted(volume.id(), force ? " or in-use" : "", volume.status())));
    }
    return images
        .create(transaction, caller, image)
        .flatMap(
            id ->
                uploads
                    .insert(transaction, new Upload(id, volume.id()), control)
                    .then(volumes.update(transaction, volume.showing(UPLOADING)))
                    .thenReturn(id));
  }

  /** Begins with what waits, as far as there is room. */
  public void look() {
    // One that collides with another is made up for by that, or by the next look at intervals.
    wakes.tryEmitNext(true);
  }

  private Flux<Upload> waiting() {
    return uploads
        .oldest(database, control, AT_A_TIME)
        .filter(upload -> running.add(upload.imageId()))
        .onErrorResume(
            e -> {
              LOG.warn("cannot look for images to be made", e);
              return Flux.empty();
            });
  }

  private Mono<Void> makeAndLook(Upload upload) {
    return make(upload)
        .onErrorResume(
            e -> {
              LOG.warn("cannot end the making of image {}", upload.imageId(), e);
              return Mono.empty();
            })
        .doFinally(
            end -> {
              running.remove(upload.imageId());
              look();
            });
  }

  private Mono<Void> make(Upload upload) {
    return volumes
        .findAny(database, upload.volumeId())
        .switchIfEmpty(Mono.error(() -> ApiFault.notFound("Volume", upload.volumeId().toString())))
        .flatMap(volume -> images.fill(upload.imageId(), contents.of(volume.host(), volume.id())))
        .retryWhen(Retry.backoff(ATTEMPTS, BACKOFF).filter(VolumeUploads::mayPass))
        .onErrorResume(
            e -> {
              LOG.warn("no image {} of volume {}", upload.imageId(), upload.volumeId(), e);
              return images.giveUp(upload.imageId());
            })
        .then(Mono.defer(() -> end(upload)));
  }

  private static boolean mayPass(Throwable error) {
    return !(error instanceof ApiFault fault) || fault.kind() == FaultKind.UNAVAILABLE;
  }

  /** The volume shows what it is again. */
  private Mono<Void> end(Upload upload) {
    return database.inTransaction(
        transaction ->
            volumes
                .lockAny(transaction, upload.volumeId())
                .filter(volume -> volume.status().equals(UPLOADING))
                .flatMap(volume -> volumes.update(transaction, volume.showingItsOwn()))
                .then(uploads.delete(transaction, upload)));
  }

  /** What is being made is begun again by the next life of this process. */
  @Override
  public void close() {
    task.dispose();
  }
}
