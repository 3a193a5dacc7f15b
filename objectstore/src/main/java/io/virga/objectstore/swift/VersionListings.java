package io.virga.objectstore.swift;

import io.virga.dataplane.json.Json;
import io.virga.objectstore.http.Query;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.swift.wire.Format;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.versions.VersionId;
import io.virga.objectstore.versions.VersionListing;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** All versions of the objects of a container ({@code ?versions}), newest first for each name. */
final class VersionListings {

  private final VersionListing listing;

  VersionListings(ObjectStore store) {
    this.listing = new VersionListing(store);
  }

  Mono<Reply> list(Request request, ContainerPath container) {
    Query query = request.query();
    ListingQuery asked = SwiftListing.query(query);
    String marker = query.text("version_marker");
    if (!marker.isEmpty() && asked.marker().isEmpty()) {
      throw SwiftError.badRequest("Must specify marker with version_marker");
    }
    if (!marker.isEmpty() && !marker.equals(VersionId.NULL) && VersionId.parse(marker).isEmpty()) {
      throw SwiftError.badRequest("Invalid version_marker parameter");
    }
    checkFormat(request);
    return listing
        .list(
            container,
            new VersionListing.Query(
                asked.prefix(),
                asked.delimiter(),
                asked.marker(),
                marker,
                asked.limit(),
                asked.reverse()))
        .map(page -> page.orElseThrow(SwiftError::notFound))
        .map(page -> write(asked, page));
  }

  /** There is no other way to write versions than JSON. */
  private static void checkFormat(Request request) {
    String accept = request.header("accept").orElse("");
    boolean asked = request.query().has("format") || !(accept.isBlank() || accept.contains("*"));
    if (asked && Format.of(request) != Format.JSON) {
      throw new SwiftError(406);
    }
  }

  private static Reply write(ListingQuery asked, VersionListing.Page page) {
    ArrayNode array = Json.mapper().createArrayNode();
    for (VersionListing.Line line : page.lines()) {
      if (isBehindEnd(asked, line.key())) {
        break;
      }
      switch (line) {
        case VersionListing.Rolled(String key) -> array.addObject().put("subdir", key);
        case VersionListing.Listed listed -> describe(array.addObject(), listed);
      }
    }
    return Reply.bytes(200, Format.JSON.contentType(), Json.bytes(array));
  }

  private static boolean isBehindEnd(ListingQuery asked, String key) {
    int order = key.compareTo(asked.endMarker());
    return !asked.endMarker().isEmpty() && (asked.reverse() ? order <= 0 : order >= 0);
  }

  private static void describe(ObjectNode node, VersionListing.Listed listed) {
    ListingRow row = listed.row();
    node.put("name", listed.key()).put("version_id", listed.id().text());
    node.put("is_latest", listed.latest());
    ListedObject.describe(node, row);
  }
}
