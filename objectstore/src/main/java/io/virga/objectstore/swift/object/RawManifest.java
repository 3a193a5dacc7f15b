package io.virga.objectstore.swift.object;

import io.virga.dataplane.json.Json;
import io.virga.objectstore.http.BodyCollector;
import io.virga.objectstore.http.ByteRange;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.manifest.Readable;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.Digests;
import io.virga.objectstore.swift.wire.RowHeaders;
import io.virga.objectstore.swift.wire.SwiftLimits;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A stored manifest in the form in which a client could put it again ({@code format=raw}). */
final class RawManifest {

  private RawManifest() {}

  static Mono<Reply> reply(Request request, Readable readable) {
    ObjectRow row = readable.row();
    return BodyCollector.collect(
            readable.bytes(new ByteRange(0, readable.size() - 1)),
            SwiftLimits.MAXIMUM_MANIFEST_BYTES)
        .map(
            stored -> {
              byte[] raw = convert(stored);
              Reply reply = Reply.of(200);
              RowHeaders.object(reply, row);
              reply.header("Etag", Digests.hex(Digests.md5(), raw));
              return request.isHead()
                  ? reply.with(new Reply.Head(raw.length))
                  : reply.with(new Reply.Bytes(raw));
            });
  }

  /** The bytes that were put, as far as they say something. */
  static byte[] convert(byte[] stored) {
    ArrayNode out = Json.mapper().createArrayNode();
    for (JsonNode node : Json.mapper().readTree(stored)) {
      ObjectNode segment = out.addObject();
      if (node.has("data")) {
        segment.set("data", node.path("data"));
        continue;
      }
      segment.put("etag", node.path("hash").asString());
      segment.put("path", node.path("name").asString());
      if (node.has("range")) {
        segment.set("range", node.path("range"));
      }
      segment.put("size_bytes", node.path("bytes").asLong());
    }
    return Json.bytes(out);
  }
}
