package io.virga.control.volume.api;

import io.virga.control.volume.api.Filters.Filter;
import java.util.List;
import java.util.Map;

/** Which volumes a list shows, and in which order. */
final class VolumeListing {

  private static final int GLANCE_METADATA = 4;
  private static final int GROUPS = 10;

  /** What is told of in {@code resource_filters}. */
  static final List<String> FILTERS =
      List.of(
          "availability_zone",
          "bootable",
          "created_at",
          "glance_metadata",
          "group_id",
          "metadata",
          "migration_status",
          "name",
          "project_id",
          "size",
          "status",
          "updated_at",
          "volume_type_id");

  private static final String SIZE = "((v.size_bytes + 1073741823) / 1073741824)";

  private static final String ATTACH_STATUS =
      "CASE WHEN v.attachment_id IS NULL THEN 'detached' ELSE 'attached' END";

  private static final Map<String, String> ORDERS =
      Map.ofEntries(
          Map.entry("id", "%1$s.id"),
          Map.entry("name", "%1$s.name"),
          Map.entry("display_name", "%1$s.name"),
          Map.entry("display_description", "%1$s.description"),
          Map.entry("status", "%1$s.shown_status"),
          Map.entry("size", "%1$s.size_bytes"),
          Map.entry("bootable", "%1$s.bootable"),
          Map.entry("host", "%1$s.host"),
          Map.entry("project_id", "%1$s.project_id"),
          Map.entry("user_id", "%1$s.user_id"),
          Map.entry("volume_type_id", "coalesce(%1$s.type_id::text, '')"),
          Map.entry("attach_status", "(%1$s.attachment_id IS NULL)"),
          Map.entry("created_at", "%1$s.created_at"),
          Map.entry("updated_at", "%1$s.updated_at"));

  static final Filters LISTING =
      new Filters(
          Map.ofEntries(
              Map.entry("id", Filters.equal("v.id::text")),
              Map.entry("name", Filters.equal("v.name")),
              Map.entry("display_name", Filters.equal("v.name")),
              Map.entry("name~", Filters.containing("v.name")),
              Map.entry("display_name~", Filters.containing("v.name")),
              Map.entry("description~", Filters.containing("v.description")),
              Map.entry("status", FilterValues.word("v.shown_status")),
              Map.entry("status~", Filters.containing("v.shown_status")),
              Map.entry("attach_status", FilterValues.word(ATTACH_STATUS)),
              Map.entry("migration_status", FilterValues.word("'none'")),
              Map.entry("project_id", Filters.equal("v.project_id")),
              Map.entry("user_id", Filters.equal("v.user_id")),
              Map.entry("host", atHost()),
              Map.entry("availability_zone", Filters.equal("'" + VolumeBodies.ZONE + "'")),
              Map.entry("size", FilterValues.number(SIZE)),
              Map.entry("group_id", FilterValues.word("v.group_id::text").from(GROUPS)),
              Map.entry("volume_type_id", Filters.equal("v.type_id::text")),
              Map.entry("snapshot_id", Filters.equal("(v.source ->> 'snapshotId')")),
              Map.entry("source_volid", Filters.equal("(v.source ->> 'volumeId')")),
              Map.entry("bootable", FilterValues.flag("v.bootable")),
              Map.entry("multiattach", FilterValues.flag("false")),
              Map.entry("metadata", FilterValues.members("v.metadata")),
              Map.entry(
                  "glance_metadata",
                  FilterValues.members("v.image_metadata").from(GLANCE_METADATA)),
              Map.entry("created_at", FilterValues.times("v.created_at")),
              Map.entry("updated_at", FilterValues.times("v.updated_at"))),
          ORDERS);

  private VolumeListing() {}

  /** By its name, or as cinder writes it, {@code host@backend#pool}. */
  private static Filter atHost() {
    return asked -> "v.host = " + asked.bind(asked.value().replaceFirst("@.*", ""));
  }
}
