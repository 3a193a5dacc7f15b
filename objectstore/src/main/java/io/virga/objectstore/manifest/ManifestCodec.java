package io.virga.objectstore.manifest;

import io.virga.dataplane.json.Json;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.Timestamp;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Manifests as they are stored: the JSON that Swift shows for {@code multipart-manifest=get}, where
 * {@code name} is {@code /container/object} and an {@code account} stands beside it if it is
 * another than the manifest's.
 */
public final class ManifestCodec {

  private static final DateTimeFormatter MODIFIED =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private ManifestCodec() {}

  /** The time as Swift's listings show it. */
  public static String modified(Timestamp timestamp) {
    return MODIFIED.format(timestamp.toInstant());
  }

  /** The manifest as bytes. */
  public static byte[] encode(String account, List<Segment> segments) {
    ArrayNode array = Json.mapper().createArrayNode();
    for (Segment segment : segments) {
      ObjectNode node = array.addObject();
      if (segment.data().isPresent()) {
        node.put("data", Base64.getEncoder().encodeToString(segment.data().get()));
        continue;
      }
      node.put("hash", segment.etag());
      node.put("bytes", segment.objectSize());
      node.put("name", "/" + segment.path().container() + "/" + segment.path().object());
      node.put("content_type", segment.contentType());
      node.put("last_modified", modified(new Timestamp(segment.modifiedMicros())));
      node.put("modified_micros", segment.modifiedMicros());
      if (!segment.isWhole()) {
        long last = segment.offset() + segment.length() - 1;
        node.put("range", segment.offset() + "-" + last);
      }
      if (segment.manifest()) {
        node.put("sub_slo", true);
      }
      if (!segment.path().account().equals(account)) {
        node.put("account", segment.path().account());
        node.put("container", segment.path().container());
        node.put("object", segment.path().object());
      }
    }
    return Json.bytes(array);
  }

  /** The segments of a stored manifest; empty if the bytes are none. */
  public static Optional<List<Segment>> decode(String account, byte[] bytes) {
    try {
      List<Segment> segments = new ArrayList<>();
      for (JsonNode node : Json.mapper().readTree(bytes)) {
        segments.add(segment(account, node));
      }
      return Optional.of(segments);
    } catch (JacksonException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Segment segment(String account, JsonNode node) {
    if (node.has("data")) {
      byte[] data = Base64.getDecoder().decode(node.path("data").asString());
      return Segment.inline(new ObjectPath(account, "", ""), data);
    }
    long size = node.path("bytes").asLong();
    long offset = 0;
    long length = size;
    if (node.has("range")) {
      String[] ends = node.path("range").asString().split("-", 2);
      offset = Long.parseLong(ends[0]);
      length = Long.parseLong(ends[1]) - offset + 1;
    }
    return new Segment(
        path(account, node),
        node.path("hash").asString(),
        offset,
        length,
        size,
        node.path("content_type").asString(),
        node.path("modified_micros").asLong(),
        node.path("sub_slo").asBoolean(false),
        Optional.empty());
  }

  private static ObjectPath path(String account, JsonNode node) {
    if (node.has("account")) {
      return new ObjectPath(
          node.path("account").asString(),
          node.path("container").asString(),
          node.path("object").asString());
    }
    return parsePath(account, node.path("name").asString())
        .orElseThrow(() -> new IllegalArgumentException("a segment has no path"));
  }

  /** The path {@code [/]container/object} in an account. */
  public static Optional<ObjectPath> parsePath(String account, String text) {
    String path = text.startsWith("/") ? text.substring(1) : text;
    int slash = path.indexOf('/');
    return slash <= 0 || slash == path.length() - 1
        ? Optional.empty()
        : Optional.of(new ObjectPath(account, path.substring(0, slash), path.substring(slash + 1)));
  }
}
