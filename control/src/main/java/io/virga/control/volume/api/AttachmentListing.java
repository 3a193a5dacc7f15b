package io.virga.control.volume.api;

import io.virga.control.http.ApiRequest;
import io.virga.control.tenancy.ListQuery;
import java.util.List;
import java.util.Map;

/** Which attachments a list shows, and in which order. */
final class AttachmentListing {

  /** What is told of in {@code resource_filters}. */
  static final List<String> FILTERS =
      List.of("attach_status", "instance_id", "status", "volume_id");

  private static final String STAGE =
      """
      CASE WHEN v.instance_id IS NULL THEN lower(v.outside ->> 'stage')
           WHEN v.detaching THEN 'detaching' ELSE 'attached' END\
      """;

  private static final Filters LISTING =
      new Filters(
          Map.of(
              "volume_id", FilterValues.word("v.id::text"),
              "status", FilterValues.word(STAGE),
              "attach_status", FilterValues.word(STAGE),
              "project_id", Filters.equal("v.project_id"),
              "instance_id", Filters.equal("coalesce(v.instance_id, v.outside ->> 'server', '')")),
          Map.of(
              "id", "%1$s.attachment_id",
              "volume_id", "%1$s.id",
              "project_id", "%1$s.project_id",
              "created_at", "%1$s.attached_at"));

  private AttachmentListing() {}

  /** Of volumes: those that are attached. */
  static ListQuery query(ApiRequest request) {
    return LISTING.query(request).and("v.attachment_id IS NOT NULL");
  }
}
