package io.virga.control.volume.api;

import io.virga.control.http.View;
import io.virga.control.volume.model.Snapshot;
import io.virga.control.volume.model.Volume;
import io.virga.dataplane.desired.VolumeSource;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Volumes and snapshots in cinder's words. */
final class VolumeViews {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

  private final URI endpoint;

  VolumeViews(URI endpoint) {
    this.endpoint = endpoint;
  }

  static String time(Instant instant) {
    return TIME.format(instant);
  }

  View brief(Volume volume) {
    return View.of("id", volume.id())
        .with("name", volume.description().name())
        .with("links", links(volume.projectId(), "volumes", volume.id().toString()));
  }

  View whole(Volume volume, boolean admin) {
    View view =
        View.of("id", volume.id())
            .with("name", volume.description().name())
            .with("description", nullable(volume.description().text()))
            .with("status", volume.status())
            .with("size", volume.sizeGib())
            .with("availability_zone", VolumeBodies.ZONE)
            .with("created_at", time(volume.createdAt()))
            .with("updated_at", time(volume.updatedAt()))
            .with("attachments", attachments(volume))
            .with("volume_type", VolumeBodies.TYPE)
            .with("volume_type_id", TypeRoutes.ID)
            .with("snapshot_id", snapshotId(volume))
            .with("source_volid", sourceVolumeId(volume))
            .with("metadata", volume.description().metadata())
            .with("bootable", Boolean.toString(volume.image().isPresent()))
            .with("encrypted", false)
            .with("multiattach", false)
            .with("replication_status", Optional.empty())
            .with("consistencygroup_id", Optional.empty())
            .with("group_id", Optional.empty())
            .with("shared_targets", false)
            .with("service_uuid", Optional.empty())
            .with("cluster_name", Optional.empty())
            .with("consumes_quota", true)
            .with("user_id", volume.userId())
            .with("os-vol-tenant-attr:tenant_id", volume.projectId())
            .with("links", links(volume.projectId(), "volumes", volume.id().toString()));
    volume
        .image()
        .ifPresent(
            image ->
                view.with(
                    "volume_image_metadata",
                    Map.of("image_id", image.id(), "image_name", image.name())));
    if (admin) {
      view.with("os-vol-host-attr:host", volume.host())
          .with("os-vol-mig-status-attr:migstat", Optional.empty())
          .with("os-vol-mig-status-attr:name_id", Optional.empty());
    }
    return view;
  }

  View whole(Snapshot snapshot, boolean detailed) {
    View view =
        View.of("id", snapshot.id())
            .with("name", snapshot.description().name())
            .with("description", nullable(snapshot.description().text()))
            .with("volume_id", snapshot.volumeId())
            .with("status", snapshot.status())
            .with("size", snapshot.sizeGib())
            .with("metadata", snapshot.description().metadata())
            .with("created_at", time(snapshot.createdAt()))
            .with("updated_at", time(snapshot.updatedAt()));
    if (detailed) {
      view.with(
              "os-extended-snapshot-attributes:progress",
              snapshot.status().equals("available") ? "100%" : "0%")
          .with("os-extended-snapshot-attributes:project_id", snapshot.projectId())
          .with("user_id", snapshot.userId())
          .with("group_snapshot_id", Optional.empty())
          .with("consumes_quota", true);
    }
    return view;
  }

  private List<View> links(String project, String collection, String id) {
    return List.of(
        View.of("rel", "self")
            .with("href", "%s/volume/v3/%s/%s/%s".formatted(endpoint, project, collection, id)),
        View.of("rel", "bookmark")
            .with("href", "%s/volume/%s/%s/%s".formatted(endpoint, project, collection, id)));
  }

  private static List<View> attachments(Volume volume) {
    return volume.attachment().stream()
        .map(
            attachment ->
                View.of("id", volume.id())
                    .with("volume_id", volume.id())
                    .with("attachment_id", volume.exportName())
                    .with("server_id", attachment.instanceId())
                    .with("device", "/dev/" + attachment.device())
                    .with("host_name", volume.host())
                    .with("attached_at", time(attachment.at())))
        .toList();
  }

  private static Optional<String> nullable(String text) {
    return Optional.of(text).filter(t -> !t.isEmpty());
  }

  private static Optional<String> snapshotId(Volume volume) {
    return volume.source() instanceof VolumeSource.Snapshot(String id)
        ? Optional.of(id)
        : Optional.empty();
  }

  private static Optional<String> sourceVolumeId(Volume volume) {
    return volume.source() instanceof VolumeSource.Volume(String id)
        ? Optional.of(id)
        : Optional.empty();
  }
}
