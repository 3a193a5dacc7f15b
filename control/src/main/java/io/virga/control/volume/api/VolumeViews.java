package io.virga.control.volume.api;

import io.virga.control.http.ApiRequest;
import io.virga.control.http.View;
import io.virga.control.volume.model.Attachment;
import io.virga.control.volume.model.Snapshot;
import io.virga.control.volume.model.Volume;
import io.virga.dataplane.desired.VolumeSource;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Volumes and snapshots in cinder's words. */
final class VolumeViews {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

  /** The versions from which on there are these. */
  private static final int GROUPS = 13;

  private static final int SNAPSHOT_GROUPS = 14;
  private static final int SNAPSHOT_USERS = 41;
  private static final int SHARED_TARGETS = 48;

  /** Those that are told with the volume. */
  private static final Set<Attachment.Stage> ATTACHED =
      Set.of(Attachment.Stage.ATTACHED, Attachment.Stage.DETACHING);

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

  /** What is told of a volume that was just asked for. */
  View made(Volume volume, ApiRequest request) {
    Microversion version = Microversion.of(request.raw());
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
            .with("volume_type", volume.traits().type().map(Volume.Type::name))
            .with("snapshot_id", snapshotId(volume))
            .with("source_volid", sourceVolumeId(volume))
            .with("metadata", metadata(volume))
            .with("bootable", Boolean.toString(volume.traits().bootable()))
            .with("encrypted", false)
            .with("multiattach", false)
            .with("replication_status", Optional.empty())
            .with("consistencygroup_id", Optional.empty())
            .with("user_id", volume.userId())
            .with("links", links(volume.projectId(), "volumes", volume.id().toString()));
    if (request.caller().isAdmin()) {
      view.with("migration_status", Optional.empty());
    }
    if (version.isFrom(GROUPS)) {
      view.with("group_id", volume.traits().group());
    }
    if (version.isFrom(SHARED_TARGETS)) {
      view.with("shared_targets", false).with("service_uuid", Optional.empty());
    }
    return view;
  }

  View whole(Volume volume, ApiRequest request) {
    View view = made(volume, request).with("os-vol-tenant-attr:tenant_id", volume.projectId());
    Map<String, String> ofImage = volume.traits().imageMetadata();
    if (!ofImage.isEmpty()) {
      view.with("volume_image_metadata", ofImage);
    }
    if (request.caller().isAdmin()) {
      view.with("os-vol-host-attr:host", host(volume))
          .with("os-vol-mig-status-attr:migstat", Optional.empty())
          .with("os-vol-mig-status-attr:name_id", Optional.empty());
    }
    return view;
  }

  /** In cinder's form, {@code host@backend#pool}. */
  private static Optional<String> host(Volume volume) {
    return nullable(volume.host()).map(host -> host + "@virga#virga");
  }

  /** With the flag that cinder keeps there. */
  private static Map<String, String> metadata(Volume volume) {
    Map<String, String> shown = new LinkedHashMap<>(volume.description().metadata());
    volume
        .traits()
        .readOnly()
        .ifPresent(readOnly -> shown.put("readonly", readOnly ? "True" : "False"));
    return shown;
  }

  View whole(Snapshot snapshot, boolean detailed, ApiRequest request) {
    Microversion version = Microversion.of(request.raw());
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
    if (version.isFrom(SNAPSHOT_GROUPS)) {
      view.with("group_snapshot_id", snapshot.groupSnapshot());
    }
    if (version.isFrom(SNAPSHOT_USERS)) {
      view.with("user_id", snapshot.userId());
    }
    if (detailed) {
      view.with("os-extended-snapshot-attributes:progress", snapshot.progress())
          .with("os-extended-snapshot-attributes:project_id", snapshot.projectId());
    }
    return view;
  }

  List<View> links(String project, String collection, String id) {
    return List.of(
        View.of("rel", "self")
            .with("href", "%s/volume/v3/%s/%s/%s".formatted(endpoint, project, collection, id)),
        View.of("rel", "bookmark")
            .with("href", "%s/volume/%s/%s/%s".formatted(endpoint, project, collection, id)));
  }

  private static List<View> attachments(Volume volume) {
    return volume.attachment().stream()
        .filter(attachment -> ATTACHED.contains(attachment.holder().stage()))
        .map(
            attachment ->
                View.of("id", volume.id())
                    .with("volume_id", volume.id())
                    .with("attachment_id", attachment.id())
                    .with("server_id", attachment.holder().server())
                    .with("device", device(attachment.holder()))
                    .with("host_name", hostName(volume, attachment.holder()))
                    .with("attached_at", time(attachment.at())))
        .toList();
  }

  private static Optional<String> device(Attachment.Holder holder) {
    return switch (holder) {
      case Attachment.Instance instance -> Optional.of("/dev/" + instance.device());
      case Attachment.Outside outside -> nullable(outside.device());
    };
  }

  private static Optional<String> hostName(Volume volume, Attachment.Holder holder) {
    return switch (holder) {
      case Attachment.Instance instance -> Optional.of(volume.host());
      case Attachment.Outside outside -> outside.host();
    };
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
