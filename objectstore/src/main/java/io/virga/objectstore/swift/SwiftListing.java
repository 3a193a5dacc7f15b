package io.virga.objectstore.swift;

import io.virga.dataplane.json.Json;
import io.virga.objectstore.http.Query;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.manifest.ManifestCodec;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.swift.wire.Format;
import io.virga.objectstore.swift.wire.Html;
import io.virga.objectstore.swift.wire.ListedType;
import io.virga.objectstore.swift.wire.Policies;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.swift.wire.SwiftLimits;
import io.virga.objectstore.swift.wire.Truth;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Listings of accounts and containers, as asked for and as written. */
final class SwiftListing {

  private SwiftListing() {}

  /** What a request asks for. {@code path=x} is prefix {@code x/} without what is rolled up. */
  static ListingQuery query(Query query) {
    String prefix = query.text("prefix");
    String delimiter = query.text("delimiter");
    if (query.has("path")) {
      String path = query.text("path");
      prefix = path.isEmpty() || path.endsWith("/") ? path : path + "/";
      delimiter = "/";
    }
    return new ListingQuery(
        prefix,
        delimiter,
        query.text("marker"),
        query.text("end_marker"),
        limit(query.text("limit")),
        Truth.of(query.text("reverse")));
  }

  private static int limit(String text) {
    if (!text.matches("[0-9]+")) {
      return SwiftLimits.LISTING_LIMIT;
    }
    if (text.length() > 9 || Integer.parseInt(text) > SwiftLimits.LISTING_LIMIT) {
      throw SwiftError.preconditionFailed("Maximum limit is " + SwiftLimits.LISTING_LIMIT);
    }
    return Integer.parseInt(text);
  }

  /** Whether what is directly in a pseudo directory is asked for. */
  static boolean isByPath(Query query) {
    return query.has("path");
  }

  static Reply containers(
      Request request, String account, ListingPage<ContainerRow> page, Policies policies) {
    Format format = Format.of(request);
    return switch (format) {
      case PLAIN -> plain(format, page);
      case JSON -> {
        ArrayNode array = Json.mapper().createArrayNode();
        for (ListingPage.Item<ContainerRow> item : page.items()) {
          switch (item) {
            case ListingPage.Named<ContainerRow>(String name, ContainerRow row) -> {
              ObjectNode node = array.addObject();
              node.put("name", name).put("count", row.objects()).put("bytes", row.bytesUsed());
              policies.nameOf(row.policy()).ifPresent(p -> node.put("storage_policy", p));
              node.put("last_modified", ManifestCodec.modified(row.metadataAt()));
            }
            case ListingPage.Rolled<ContainerRow>(String name) ->
                array.addObject().put("subdir", name);
          }
        }
        yield json(array);
      }
      case XML, TEXT_XML -> {
        StringBuilder xml = new StringBuilder(64 + 128 * page.items().size());
        xml.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<account name=\"");
        xml.append(Html.escape(account)).append("\">");
        for (ListingPage.Item<ContainerRow> item : page.items()) {
          switch (item) {
            case ListingPage.Named<ContainerRow>(String name, ContainerRow row) -> {
              xml.append("<container>");
              element(xml, "name", name);
              element(xml, "count", Long.toString(row.objects()));
              element(xml, "bytes", Long.toString(row.bytesUsed()));
              element(xml, "last_modified", ManifestCodec.modified(row.metadataAt()));
              policies.nameOf(row.policy()).ifPresent(p -> element(xml, "storage_policy", p));
              xml.append("</container>");
            }
            case ListingPage.Rolled<ContainerRow>(String name) -> subdirectory(xml, name);
          }
        }
        yield Reply.text(200, format.contentType(), xml.append("</account>").toString());
      }
    };
  }

  static Reply objects(Request request, ContainerPath container, ListingPage<ListingRow> page) {
    Format format = Format.of(request);
    return switch (format) {
      case PLAIN -> plain(format, page);
      case JSON -> {
        ArrayNode array = Json.mapper().createArrayNode();
        for (ListingPage.Item<ListingRow> item : page.items()) {
          switch (item) {
            case ListingPage.Named<ListingRow>(String name, ListingRow row) -> {
              ObjectNode node = array.addObject();
              node.put("name", name);
              ListedObject.describe(node, row);
              ListedObject.describeVersion(node, container, name, row);
            }
            case ListingPage.Rolled<ListingRow>(String name) ->
                array.addObject().put("subdir", name);
          }
        }
        yield json(array);
      }
      case XML, TEXT_XML -> {
        StringBuilder xml = new StringBuilder(64 + 256 * page.items().size());
        xml.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<container name=\"");
        xml.append(Html.escape(container.container())).append("\">");
        for (ListingPage.Item<ListingRow> item : page.items()) {
          switch (item) {
            case ListingPage.Named<ListingRow>(String name, ListingRow row) -> {
              xml.append("<object>");
              element(xml, "name", name);
              element(xml, "hash", ListedObject.hash(row));
              element(xml, "bytes", Long.toString(row.sizeBytes()));
              element(xml, "content_type", ListedType.shown(row.contentType()));
              element(xml, "last_modified", ManifestCodec.modified(row.timestamp()));
              xml.append("</object>");
            }
            case ListingPage.Rolled<ListingRow>(String name) -> subdirectory(xml, name);
          }
        }
        yield Reply.text(200, format.contentType(), xml.append("</container>").toString());
      }
    };
  }

  private static void subdirectory(StringBuilder xml, String name) {
    xml.append("<subdir name=\"").append(Html.escape(name)).append("\">");
    element(xml, "name", name);
    xml.append("</subdir>");
  }

  private static void element(StringBuilder xml, String name, String text) {
    xml.append('<').append(name).append('>').append(Html.escape(text));
    xml.append("</").append(name).append('>');
  }

  private static Reply json(ArrayNode array) {
    return Reply.bytes(200, Format.JSON.contentType(), Json.bytes(array));
  }

  private static Reply plain(Format format, ListingPage<?> page) {
    if (page.items().isEmpty()) {
      return Reply.of(204).header("Content-Type", format.contentType());
    }
    StringBuilder text = new StringBuilder(32 * page.items().size());
    page.items().forEach(item -> text.append(item.name()).append('\n'));
    return Reply.bytes(200, format.contentType(), text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
