package io.virga.control.volume.api;

import io.virga.control.foundation.Foundation;
import io.virga.control.http.Route;
import io.virga.control.volume.life.SnapshotLife;
import io.virga.control.volume.life.VolumeLife;
import io.virga.control.volume.store.SnapshotStore;
import io.virga.control.volume.store.VolumeStore;
import java.util.List;
import java.util.stream.Stream;

/** All routes of the service. */
public final class CinderRoutes {

  private CinderRoutes() {}

  public static List<Route> all(
      Foundation foundation,
      VolumeStore volumes,
      VolumeLife volumeLife,
      SnapshotStore snapshots,
      SnapshotLife snapshotLife) {
    var database = foundation.database();
    VolumeViews views = new VolumeViews(foundation.endpoint());
    return Stream.of(
            new InformationRoutes(database, foundation.hosts(), foundation.endpoint()).routes(),
            new QuotaRoutes(database, foundation.quota()).routes(),
            TypeRoutes.routes(),
            new VolumeRoutes(database, volumes, volumeLife, views).routes(),
            new SnapshotRoutes(database, volumes, snapshots, snapshotLife, views).routes())
        .flatMap(List::stream)
        .toList();
  }
}
