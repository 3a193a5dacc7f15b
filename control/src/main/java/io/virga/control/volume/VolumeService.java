package io.virga.control.volume;

import io.virga.control.fault.FaultForm;
import io.virga.control.foundation.Foundation;
import io.virga.control.http.ApiService;
import io.virga.control.http.Route;
import io.virga.control.image.BootImages;
import io.virga.control.image.DiskImages;
import io.virga.control.volume.api.CinderRoutes;
import io.virga.control.volume.api.Microversion;
import io.virga.control.volume.life.AttachmentDoors;
import io.virga.control.volume.life.GroupSnapshots;
import io.virga.control.volume.life.OutsideAttachments;
import io.virga.control.volume.life.QosLife;
import io.virga.control.volume.life.SnapshotLife;
import io.virga.control.volume.life.VolumeActions;
import io.virga.control.volume.life.VolumeGroups;
import io.virga.control.volume.life.VolumeLife;
import io.virga.control.volume.life.VolumeQuota;
import io.virga.control.volume.life.VolumeReverts;
import io.virga.control.volume.life.VolumeSources;
import io.virga.control.volume.life.VolumeTransfers;
import io.virga.control.volume.store.BlockPortals;
import io.virga.control.volume.store.GroupSnapshotStore;
import io.virga.control.volume.store.GroupStore;
import io.virga.control.volume.store.GroupTypeStore;
import io.virga.control.volume.store.QosStore;
import io.virga.control.volume.store.SnapshotStore;
import io.virga.control.volume.store.TransferStore;
import io.virga.control.volume.store.TypeStore;
import io.virga.control.volume.store.TypeUsages;
import io.virga.control.volume.store.VolumePlacement;
import io.virga.control.volume.store.VolumeStore;
import io.virga.control.volume.upload.VolumeContents;
import io.virga.control.volume.upload.VolumeUploads;
import io.virga.control.watch.ObservedHandler;
import io.virga.dataplane.desired.Kind;
import java.util.List;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.server.ServerRequest;

/** Cinder's v3 API, and the volumes of the compute service: put together once, at start. */
public final class VolumeService implements ApiService, AutoCloseable {

  private final List<Route> routes;
  private final InstanceVolumes instanceVolumes;
  private final List<ObservedHandler> reports;
  private final VolumeUploads uploads;

  /**
   * The images that volumes are made of and that are made of volumes, and where those are read.
   *
   * @param control the name of this control process, unique among those of one database
   */
  public record Images(BootImages boot, DiskImages made, VolumeContents contents, String control) {}

  public VolumeService(Foundation foundation, Images images) {
    VolumeStore volumes = new VolumeStore();
    SnapshotStore snapshots = new SnapshotStore();
    TypeStore types = new TypeStore();
    QosStore qos = new QosStore();
    TransferStore transfers = new TransferStore();
    VolumeGroups.Stores groups =
        new VolumeGroups.Stores(
            new GroupStore(),
            new GroupTypeStore(),
            new GroupSnapshotStore(),
            volumes,
            snapshots,
            types);
    VolumeQuota quota = new VolumeQuota(foundation.quota(), new TypeUsages());
    VolumeLife volumeLife =
        new VolumeLife(
            volumes,
            new VolumePlacement(),
            new VolumeSources(volumes, snapshots, images.boot()),
            types,
            foundation.desired(),
            quota);
    SnapshotLife snapshotLife =
        new SnapshotLife(snapshots, foundation.desired(), quota, volumeLife);
    this.uploads =
        new VolumeUploads(
            foundation.database(), volumes, images.made(), images.contents(), images.control());
    BlockPortals portals = new BlockPortals();
    AttachmentDoors doors = new AttachmentDoors(types, portals);
    this.instanceVolumes =
        new AttachedInstanceVolumes(
            volumes,
            volumeLife,
            doors,
            uploads,
            new VolumeBackedImages(volumes, snapshotLife, images.made()));
    this.reports =
        List.of(
            new BlockReports<>(Kind.VOLUME, new ReportedVolumes(volumes, volumeLife)),
            new BlockReports<>(Kind.SNAPSHOT, new ReportedSnapshots(snapshots, snapshotLife)));
    this.routes =
        CinderRoutes.all(
            foundation,
            new CinderRoutes.Stores(volumes, snapshots, types, qos, transfers, groups, portals),
            new CinderRoutes.Lives(
                volumeLife,
                new VolumeActions(volumes, types, volumeLife, quota),
                new VolumeReverts(snapshots, volumeLife),
                new OutsideAttachments(volumes, volumeLife, doors),
                snapshotLife,
                new QosLife(qos, types, volumes, volumeLife),
                new VolumeTransfers(transfers, volumes, snapshots, quota),
                new VolumeGroups(groups, volumeLife, foundation.quota()),
                new GroupSnapshots(groups, snapshotLife),
                uploads));
    uploads.start();
  }

  @Override
  public String prefix() {
    return "volume";
  }

  @Override
  public Set<String> serviceTypes() {
    return Set.of("volumev3", "volume", "block-storage", "block-store");
  }

  @Override
  public FaultForm faults() {
    return FaultForm.VOLUME;
  }

  @Override
  public List<Route> routes() {
    return routes;
  }

  @Override
  public void decorate(ServerRequest request, String requestId, HttpHeaders response) {
    response.set("OpenStack-API-Version", "volume " + Microversion.of(request));
    response.set("Vary", "OpenStack-API-Version");
    response.set("X-Compute-Request-Id", requestId);
  }

  /** For the compute service. */
  public InstanceVolumes instanceVolumes() {
    return instanceVolumes;
  }

  /** To be registered for what agents report. */
  public List<ObservedHandler> reports() {
    return reports;
  }

  @Override
  public void close() {
    uploads.close();
  }
}
