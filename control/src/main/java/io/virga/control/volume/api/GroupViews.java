package io.virga.control.volume.api;

import io.virga.control.http.View;
import io.virga.control.volume.model.GroupSnapshot;
import io.virga.control.volume.model.GroupType;
import io.virga.control.volume.model.VolumeGroup;
import java.util.Optional;

/** Groups, their types and their snapshots in cinder's words. */
final class GroupViews {

  private static final int SOURCES = 14;
  private static final int REPLICATION = 38;
  private static final int PROJECTS = 58;

  private GroupViews() {}

  static View brief(VolumeGroup group) {
    return View.of("id", group.id()).with("name", group.named().name());
  }

  static View whole(VolumeGroup group, Microversion version) {
    View view =
        brief(group)
            .with("description", text(group.named()))
            .with("status", group.status())
            .with("availability_zone", VolumeBodies.ZONE)
            .with("created_at", VolumeViews.time(group.createdAt()))
            .with("group_type", group.typeId())
            .with("volume_types", group.volumeTypes());
    if (version.isFrom(SOURCES)) {
      view.with("group_snapshot_id", group.source().groupSnapshot())
          .with("source_group_id", group.source().group());
    }
    if (version.isFrom(REPLICATION)) {
      view.with("replication_status", Optional.empty());
    }
    return version.isFrom(PROJECTS) ? view.with("project_id", group.projectId()) : view;
  }

  static View brief(GroupSnapshot snapshot) {
    return View.of("id", snapshot.id()).with("name", snapshot.named().name());
  }

  static View made(GroupSnapshot snapshot) {
    return brief(snapshot).with("group_type_id", snapshot.groupTypeId());
  }

  static View whole(GroupSnapshot snapshot, Microversion version) {
    View view =
        made(snapshot)
            .with("description", text(snapshot.named()))
            .with("status", snapshot.status())
            .with("created_at", VolumeViews.time(snapshot.createdAt()))
            .with("group_id", snapshot.groupId());
    return version.isFrom(PROJECTS) ? view.with("project_id", snapshot.projectId()) : view;
  }

  /** Who is no administrator sees no specs. */
  static View whole(GroupType type, boolean admin) {
    View view =
        View.of("id", type.id())
            .with("name", type.name())
            .with("description", type.text())
            .with("is_public", type.isPublic());
    return admin ? view.with("group_specs", type.specs()) : view;
  }

  private static Optional<String> text(VolumeGroup.Named named) {
    return Optional.of(named.text()).filter(text -> !text.isEmpty());
  }
}
