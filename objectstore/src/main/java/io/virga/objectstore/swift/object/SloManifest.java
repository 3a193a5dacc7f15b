package io.virga.objectstore.swift.object;

import io.virga.dataplane.json.Json;
import io.virga.objectstore.http.ByteRange;
import io.virga.objectstore.manifest.ManifestCodec;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.swift.wire.SwiftLimits;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Manifests of static large objects as clients put them: what is wrong is told of every segment.
 */
final class SloManifest {

  private static final Set<String> KEYS = Set.of("path", "etag", "size_bytes", "range");

  private SloManifest() {}

  /**
   * A segment as a client names it; empty is not checked.
   *
   * @param text the path as the client wrote it
   */
  record Named(
      String text,
      ObjectPath path,
      Optional<String> etag,
      Optional<Long> size,
      Optional<String> range,
      Optional<byte[]> data) {}

  static List<Named> parse(ObjectPath manifest, byte[] body) {
    JsonNode json;
    try {
      json = Json.mapper().readTree(body);
    } catch (JacksonException e) {
      throw SwiftError.badRequest("Manifest must be valid JSON.\n");
    }
    if (!json.isArray()) {
      throw SwiftError.badRequest("Manifest must be a list.\n");
    }
    long objects = json.valueStream().filter(node -> !node.has("data")).count();
    if (objects > SwiftLimits.MAXIMUM_SEGMENTS) {
      throw new SwiftError(
          413,
          "Number of object-backed segments must be <= %d".formatted(SwiftLimits.MAXIMUM_SEGMENTS));
    }
    List<Named> named = new ArrayList<>();
    StringBuilder errors = new StringBuilder();
    for (int i = 0; i < json.size(); i++) {
      try {
        named.add(segment(manifest, json.get(i), i == json.size() - 1));
      } catch (SwiftError wrong) {
        errors.append("Index ").append(i).append(": ").append(wrong.getMessage()).append('\n');
      }
    }
    if (objects == 0 && !json.isEmpty()) {
      errors.append("Inline data segments require at least one object-backed segment.\n");
    }
    if (!errors.isEmpty()) {
      throw SwiftError.badRequest(errors.toString());
    }
    return named;
  }

  private static Named segment(ObjectPath manifest, JsonNode node, boolean last) {
    if (!node.isObject()) {
      throw SwiftError.badRequest("not a JSON object");
    }
    if (node.has("data")) {
      return data(manifest, node);
    }
    if (!node.has("path")) {
      throw SwiftError.badRequest("expected keys to include one of 'data' or 'path'");
    }
    checkKeys(node, KEYS);
    if (!node.path("path").isString()) {
      throw SwiftError.badRequest("\"path\" must be a string");
    }
    ObjectPath path =
        ManifestCodec.parsePath(manifest.account(), node.path("path").asString())
            .orElseThrow(
                () ->
                    SwiftError.badRequest(
                        "path does not refer to an object. Path must be of the form"
                            + " /container/object."));
    if (path.equals(manifest)) {
      throw SwiftError.badRequest("manifest must not include itself as a segment");
    }
    Optional<String> etag = text(node, "etag");
    if (etag.isPresent() && !node.path("etag").isString()) {
      throw SwiftError.badRequest("\"etag\" must be a string or null (if provided)");
    }
    Optional<Long> size = text(node, "size_bytes").map(SloManifest::size);
    if (!last && size.filter(s -> s < 1).isPresent()) {
      throw SwiftError.badRequest("too small; each segment must be at least 1 byte.");
    }
    Optional<String> range = text(node, "range").filter(r -> !r.isEmpty());
    range.ifPresent(r -> checkRange(r, size));
    return new Named(node.path("path").asString(), path, etag, size, range, Optional.empty());
  }

  private static void checkKeys(JsonNode node, Set<String> known) {
    Set<String> more = new TreeSet<>(node.propertyNames());
    more.removeAll(known);
    if (!more.isEmpty()) {
      throw SwiftError.badRequest("extraneous keys \"%s\"".formatted(String.join("\", \"", more)));
    }
  }

  private static Named data(ObjectPath manifest, JsonNode node) {
    checkKeys(node, Set.of("data"));
    try {
      byte[] bytes = Base64.getDecoder().decode(node.path("data").asString(""));
      if (bytes.length == 0) {
        throw SwiftError.badRequest("too small; each segment must be at least 1 byte.");
      }
      return new Named(
          "", manifest, Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(bytes));
    } catch (IllegalArgumentException e) {
      throw SwiftError.badRequest("data must be valid base64");
    }
  }

  private static void checkRange(String range, Optional<Long> size) {
    if (range.contains(",")) {
      throw SwiftError.badRequest("multiple ranges (only one allowed)");
    }
    switch (ByteRange.parse(Optional.of("bytes=" + range), size.orElse(Long.MAX_VALUE))) {
      case ByteRange.Part part -> {}
      case ByteRange.Everything() -> throw SwiftError.badRequest("invalid range");
      case ByteRange.Unsatisfiable() -> throw SwiftError.badRequest("unsatisfiable range");
    }
  }

  private static Optional<String> text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isMissingNode() || value.isNull()
        ? Optional.empty()
        : Optional.of(value.asString(""));
  }

  private static long size(String text) {
    if (!text.matches("-?[0-9]{1,15}")) {
      throw SwiftError.badRequest("invalid size_bytes");
    }
    return Long.parseLong(text);
  }
}
