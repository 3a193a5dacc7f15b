package io.virga.control.volume.api;

import io.virga.control.foundation.Foundation;
import io.virga.control.http.Route;
import io.virga.control.volume.life.GroupSnapshots;
import io.virga.control.volume.life.OutsideAttachments;
import io.virga.control.volume.life.QosLife;
import io.virga.control.volume.life.SnapshotLife;
import io.virga.control.volume.life.VolumeActions;
import io.virga.control.volume.life.VolumeGroups;
import io.virga.control.volume.life.VolumeLife;
import io.virga.control.volume.life.VolumeReverts;
import io.virga.control.volume.life.VolumeTransfers;
import io.virga.control.volume.store.BlockPortals;
import io.virga.control.volume.store.HostTotals;
import io.virga.control.volume.store.QosStore;
import io.virga.control.volume.store.SnapshotStore;
import io.virga.control.volume.store.TransferStore;
import io.virga.control.volume.store.TypeStore;
import io.virga.control.volume.store.VolumeStore;
import io.virga.control.volume.upload.VolumeUploads;
import java.util.List;
import java.util.stream.Stream;

/** All routes of the service. */
public final class CinderRoutes {

  private CinderRoutes() {}

  /** What is kept. */
  public record Stores(
      VolumeStore volumes,
      SnapshotStore snapshots,
      TypeStore types,
      QosStore qos,
      TransferStore transfers,
      VolumeGroups.Stores groups,
      BlockPortals portals) {}

  /** What can be done to it. */
  public record Lives(
      VolumeLife volumes,
      VolumeActions actions,
      VolumeReverts reverts,
      OutsideAttachments attachments,
      SnapshotLife snapshots,
      QosLife qos,
      VolumeTransfers transfers,
      VolumeGroups groups,
      GroupSnapshots groupSnapshots,
      VolumeUploads uploads) {}

  public static List<Route> all(Foundation foundation, Stores stores, Lives lives) {
    var database = foundation.database();
    VolumeViews views = new VolumeViews(foundation.endpoint());
    VolumeRoutes volumes =
        new VolumeRoutes(database, stores.volumes(), lives.volumes(), lives.snapshots(), views);
    SnapshotRoutes snapshots =
        new SnapshotRoutes(
            database, stores.volumes(), stores.snapshots(), lives.snapshots(), views);
    Connections connections = new Connections(database, stores.volumes(), stores.portals());
    return Stream.of(
            new InformationRoutes(foundation.endpoint()).routes(),
            new ServiceRoutes(database).routes(),
            new PoolRoutes(database).routes(),
            new CapabilityRoutes(database).routes(),
            new HostRoutes(database, new HostTotals()).routes(),
            new QuotaRoutes(database, foundation.quota()).routes(),
            new TypeRoutes(database, stores.types(), foundation.quota()).routes(),
            new TypeSpecRoutes(database, stores.types()).routes(),
            new TypeAccessRoutes(database, stores.types()).routes(),
            new QosRoutes(database, stores.qos(), lives.qos(), foundation.endpoint()).routes(),
            new QosAssociationRoutes(database, stores.qos(), stores.types(), lives.qos()).routes(),
            volumes.routes(),
            new MetadataRoutes("/volumes", volumes).routes(),
            new VolumeActionRoutes(
                    database,
                    stores.volumes(),
                    lives.volumes(),
                    lives.actions(),
                    lives.reverts(),
                    new VolumeActionRoutes.Beyond(
                        new ConnectionActions(
                            database, stores.volumes(), lives.attachments(), connections),
                        new UploadAction(database, stores.volumes(), lives.uploads()),
                        new ImageMetadataActions(database, stores.volumes())))
                .routes(),
            new AttachmentRoutes(database, stores.volumes(), lives.attachments(), connections)
                .routes(),
            new MessageRoutes(database, views).routes(),
            new GroupTypeRoutes(database, stores.groups().groupTypes()).routes(),
            new GroupRoutes(database, stores.groups().groups(), lives.groups()).routes(),
            new GroupSnapshotRoutes(
                    database, stores.groups().groupSnapshots(), lives.groupSnapshots())
                .routes(),
            new TransferRoutes(
                    database, stores.volumes(), stores.transfers(), lives.transfers(), views)
                .routes(),
            snapshots.routes(),
            new SnapshotActionRoutes(database, stores.snapshots(), lives.snapshots()).routes(),
            new MetadataRoutes("/snapshots", snapshots).routes())
        .flatMap(List::stream)
        .toList();
  }
}
