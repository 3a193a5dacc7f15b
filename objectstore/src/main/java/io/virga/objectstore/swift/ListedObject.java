package io.virga.objectstore.swift;

import io.virga.objectstore.http.UriText;
import io.virga.objectstore.manifest.ManifestCodec;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.swift.wire.ListedType;
import io.virga.objectstore.versions.VersionId;
import io.virga.objectstore.versions.VersionLinks;
import tools.jackson.databind.node.ObjectNode;

/** An object as the lines of listings show it. */
final class ListedObject {

  private ListedObject() {}

  /** The MD5 of what is stored; of a manifest that is the manifest's own. */
  static String hash(ListingRow row) {
    return row.manifestEtag().orElse(row.etag());
  }

  /** Writes what both kinds of listings tell. */
  static void describe(ObjectNode node, ListingRow row) {
    node.put("hash", hash(row)).put("bytes", row.sizeBytes());
    node.put("content_type", ListedType.shown(row.contentType()));
    node.put("last_modified", ManifestCodec.modified(row.timestamp()));
    row.manifestEtag().ifPresent(manifest -> node.put("slo_etag", quoted(row.etag())));
    ListedType.link(row.contentType()).ifPresent(link -> describe(node, link));
  }

  /** Writes where the link to the current version leads, if the object is one that has an id. */
  static void describeVersion(
      ObjectNode node, ContainerPath container, String name, ListingRow row) {
    VersionLinks.linked(row)
        .filter(id -> !id.isNull())
        .map(VersionId::text)
        .ifPresent(
            id -> {
              String object = container.container() + "/" + name;
              String account = UriText.encode(container.account(), false);
              node.put("version_symlink", true);
              node.put(
                  "symlink_path",
                  "/v1/%s/%s?version-id=%s".formatted(account, UriText.encode(object, true), id));
            });
  }

  private static void describe(ObjectNode node, ListedType.Link link) {
    node.put("symlink_path", link.address());
    if (!link.etag().isEmpty()) {
      node.put("symlink_etag", link.etag());
      node.put("symlink_bytes", Long.parseLong(link.bytes()));
    }
    if (!link.sloEtag().isEmpty()) {
      node.put("slo_etag", quoted(link.sloEtag()));
    }
  }

  private static String quoted(String etag) {
    return "\"" + etag + "\"";
  }
}
