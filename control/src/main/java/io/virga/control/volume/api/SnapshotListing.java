package io.virga.control.volume.api;

import java.util.List;
import java.util.Map;

/** Which snapshots a list shows, and in which order. */
final class SnapshotListing {

  private static final int METADATA = 22;

  /** What is told of in {@code resource_filters}. */
  static final List<String> FILTERS =
      List.of("availability_zone", "metadata", "name", "project_id", "status", "volume_id");

  static final Filters LISTING =
      new Filters(
          Map.ofEntries(
              Map.entry("id", Filters.equal("s.id::text")),
              Map.entry("name", Filters.equal("s.name")),
              Map.entry("display_name", Filters.equal("s.name")),
              Map.entry("name~", Filters.containing("s.name")),
              Map.entry("display_name~", Filters.containing("s.name")),
              Map.entry("status", FilterValues.word("s.shown_status")),
              Map.entry("status~", Filters.containing("s.shown_status")),
              Map.entry("volume_id", FilterValues.word("s.volume_id::text")),
              Map.entry("project_id", Filters.equal("s.project_id")),
              Map.entry("user_id", Filters.equal("s.user_id")),
              Map.entry("availability_zone", Filters.equal("'" + VolumeBodies.ZONE + "'")),
              Map.entry("metadata", FilterValues.members("s.metadata").from(METADATA))),
          Map.ofEntries(
              Map.entry("id", "%1$s.id"),
              Map.entry("name", "%1$s.name"),
              Map.entry("display_name", "%1$s.name"),
              Map.entry("display_description", "%1$s.description"),
              Map.entry("status", "%1$s.shown_status"),
              Map.entry("volume_id", "%1$s.volume_id"),
              Map.entry("volume_size", "%1$s.size_bytes"),
              Map.entry("size", "%1$s.size_bytes"),
              Map.entry("project_id", "%1$s.project_id"),
              Map.entry("user_id", "%1$s.user_id"),
              Map.entry("created_at", "%1$s.created_at"),
              Map.entry("updated_at", "%1$s.updated_at")));

  private SnapshotListing() {}
}
