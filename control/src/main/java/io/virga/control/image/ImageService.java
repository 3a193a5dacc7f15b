package io.virga.control.image;

import io.virga.control.database.Database;
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
import io.virga.control.image.api.StoreRoutes;
import io.virga.control.image.life.ImageLife;
import io.virga.control.image.metadef.Metadefs;
import io.virga.control.image.objects.ImageObjects;
import io.virga.control.image.objects.Purge;
import io.virga.control.image.objects.StoreSettings;
import io.virga.control.image.objects.Stores;
import io.virga.control.image.store.ImageStore;
import io.virga.control.image.store.MemberStore;
import io.virga.control.image.store.PlacementStore;
import io.virga.control.image.store.PurgeStore;
import io.virga.control.image.store.TaskStore;
import io.virga.control.image.upload.DownloadRules;
import io.virga.control.image.upload.Downloads;
import io.virga.control.image.upload.ImportLimits;
import io.virga.control.image.upload.Importer;
import io.virga.control.image.upload.Imports;
import io.virga.control.image.upload.Records;
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
  private final Stores stores;
  private final Importer importer;
  private final Imports imports;
  private final Purge purge;
  private final Uploads uploads;
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
      StoreSettings stores,
      LoopResources loops,
      ImportLimits limits,
      DownloadRules downloads) {}

  /**
   * Blocks: uploads that an earlier life of this process left half done are made sendable again.
   */
  public ImageService(Foundation foundation, Environment environment) throws IOException {
    var database = foundation.database();
    ImageObjects objects = new ImageObjects(environment.objectStore(), environment.loops());
    this.stores = Stores.of(objects, environment.stores().open());
    ImageStore images = new ImageStore();
    PurgeStore purges = new PurgeStore(stores.ids(), Stores.OBJECTS);
    Records records = new Records(images, new PlacementStore(), purges, new TaskStore());
    this.importer = new Importer(stores, environment.folder(), environment.limits());
    this.uploads = new Uploads(database, records, importer, environment.control());
    this.imports =
        new Imports(
            database,
            records,
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
                new ImageRoutes(database, images, life, foundation.endpoint(), stores.ids())
                    .routes(),
                new StoreRoutes(database, records, stores).routes(),
                new MemberRoutes(database, images, new MemberStore()).routes(),
                new ImportRoutes(database, records, stores, uploads, imports).routes(),
                new FileRoutes(database, images, stores, new Downloads(stores), uploads).routes())
            .flatMap(List::stream)
            .toList();
    forget(database, records, environment.control());
    this.purge = new Purge(database, purges, stores);
    this.purging = purge.start();
  }

  private static void forget(Database database, Records records, String control) {
    records
        .placements()
        .forget(database, control)
        .then(
            records.tasks().forget(database, control, "The process that was importing has ended."))
        .then(records.images().forgetUploads(database, control))
        .block(START_TIMEOUT);
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

  /** What empties the stores of images that are gone. */
  Purge purge() {
    return purge;
  }

  @Override
  public void close() {
    purging.dispose();
    imports.close();
    uploads.close();
    importer.close();
    stores.close();
  }
}
