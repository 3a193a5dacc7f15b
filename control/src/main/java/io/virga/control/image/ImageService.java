package io.virga.control.image;

import io.virga.control.fault.FaultForm;
import io.virga.control.foundation.Foundation;
import io.virga.control.foundation.ObjectStore;
import io.virga.control.http.ApiService;
import io.virga.control.http.Route;
import io.virga.control.image.api.FileRoutes;
import io.virga.control.image.api.ImageRoutes;
import io.virga.control.image.api.ImportRoutes;
import io.virga.control.image.api.InformationRoutes;
import io.virga.control.image.api.MemberRoutes;
import io.virga.control.image.life.ImageLife;
import io.virga.control.image.metadef.Metadefs;
import io.virga.control.image.objects.ImageObjects;
import io.virga.control.image.objects.Purge;
import io.virga.control.image.store.ImageStore;
import io.virga.control.image.store.MemberStore;
import io.virga.control.image.store.PurgeStore;
import io.virga.control.image.store.TaskStore;
import io.virga.control.image.upload.DownloadRules;
import io.virga.control.image.upload.Downloads;
import io.virga.control.image.upload.ImportLimits;
import io.virga.control.image.upload.Importer;
import io.virga.control.image.upload.Imports;
import io.virga.control.image.upload.Uploads;
import io.virga.control.image.upload.WebSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import reactor.core.Disposable;
import reactor.netty.resources.LoopResources;

/** Glance's v2 API, and the images of those who make disks: put together once, at start. */
public final class ImageService implements ApiService, AutoCloseable {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

  private final List<Route> routes;
  private final BootImages bootImages;
  private final DiskImages diskImages;
  private final SeenImages seenImages;
  private final ImageObjects objects;
  private final Importer importer;
  private final Imports imports;
  private final Disposable purging;

  /**
   * What the service works with.
   *
   * @param control the name of this control process, unique among those of one database
   * @param folder for files on their way; cleared at start
   */
  public record Environment(
      String control,
      Path folder,
      ObjectStore objectStore,
      LoopResources loops,
      ImportLimits limits,
      DownloadRules downloads) {}

  /**
   * Blocks: uploads that an earlier life of this process left half done are made sendable again.
   */
  public ImageService(Foundation foundation, Environment environment) throws IOException {
    var database = foundation.database();
    ImageStore images = new ImageStore();
    PurgeStore purges = new PurgeStore();
    this.objects = new ImageObjects(environment.objectStore(), environment.loops());
    this.importer = new Importer(objects, environment.folder(), environment.limits());
    Uploads uploads = new Uploads(database, images, purges, importer, environment.control());
    TaskStore tasks = new TaskStore();
    this.imports =
        new Imports(
            database,
            tasks,
            uploads,
            importer,
            new WebSource(environment.downloads(), environment.loops()));
    ImageLife life = new ImageLife(images, purges, foundation.quota());
    this.bootImages = new OwnAndPublicImages(images, objects);
    this.diskImages = new FilledImages(database, images, life, uploads);
    this.seenImages = SeenImages.of(images, life);
    this.routes =
        Stream.of(
                new InformationRoutes(foundation.endpoint()).routes(),
                Metadefs.routes(database, foundation.endpoint()),
                new ImageRoutes(database, images, life, foundation.endpoint()).routes(),
                new MemberRoutes(database, images, new MemberStore()).routes(),
                new ImportRoutes(database, images, tasks, uploads, imports).routes(),
                new FileRoutes(database, images, new Downloads(objects), uploads).routes())
            .flatMap(List::stream)
            .toList();
    tasks
        .forget(database, environment.control(), "The process that was importing has ended.")
        .then(images.forgetUploads(database, environment.control()))
        .block(START_TIMEOUT);
    this.purging = new Purge(database, purges, objects).start();
  }

  @Override
  public String prefix() {
    return "image";
  }

  @Override
  public FaultForm faults() {
    return FaultForm.IMAGE;
  }

  @Override
  public List<Route> routes() {
    return routes;
  }

  /** For the volume and compute services. */
  public BootImages bootImages() {
    return bootImages;
  }

  /** For the volume and compute services. */
  public DiskImages diskImages() {
    return diskImages;
  }

  /** For the compute service. */
  public SeenImages seenImages() {
    return seenImages;
  }

  @Override
  public void close() {
    purging.dispose();
    imports.close();
    importer.close();
    objects.close();
  }
}
