package io.virga.objectstore.swift;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.dataplane.json.Json;
import io.virga.objectstore.http.BodyCollector;
import io.virga.objectstore.http.ByteRange;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.manifest.ManifestCodec;
import io.virga.objectstore.manifest.Segment;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.Digests;
import io.virga.objectstore.store.NewObject;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.SystemMetadata;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Puts manifests of static large objects, having checked that each segment is as they say. */
final class SloHandler {

  static final int MAXIMUM_MANIFEST_BYTES = 8 << 20;

  private static final int CHECKS_AT_ONCE = 16;

  private final ObjectStore store;

  SloHandler(ObjectStore store) {
    this.store = store;
  }

  /** A segment as a client names it; empty is not checked. */
  private record Named(
      ObjectPath path, Optional<String> etag, Optional<Long> size, Optional<String> range) {}

  private sealed interface Checked {}

  private record Good(Segment segment) implements Checked {}

  private record Bad(ObjectPath path, String reason) implements Checked {}

  Mono<Reply> put(Request request, ObjectPath path, String contentType) {
    Map<String, String> metadata = SwiftHeaders.ofObject(request);
    return BodyCollector.collect(request.body(), MAXIMUM_MANIFEST_BYTES)
        .flatMap(
            body ->
                Flux.fromIterable(parse(path.account(), body))
                    .flatMapSequential(this::check, CHECKS_AT_ONCE)
                    .collectList())
        .flatMap(checked -> store(request, path, contentType, metadata, segments(checked)));
  }

  private static List<Named> parse(String account, byte[] body) {
    List<Named> named = new ArrayList<>();
    try {
      JsonNode json = Json.mapper().readTree(body);
      if (!json.isArray() || json.isEmpty()) {
        throw SwiftError.badRequest("Manifest must be a list with at least one segment.");
      }
      if (json.size() > SwiftInfo.MAXIMUM_SEGMENTS) {
        throw new SwiftError(413, "Number of segments must be <= " + SwiftInfo.MAXIMUM_SEGMENTS);
      }
      for (JsonNode node : json) {
        ObjectPath path =
            ManifestCodec.parsePath(account, node.path("path").asString(""))
                .orElseThrow(() -> SwiftError.badRequest("path must be /container/object"));
        named.add(
            new Named(
                path,
                text(node, "etag"),
                text(node, "size_bytes").map(SloHandler::size),
                text(node, "range")));
      }
    } catch (JacksonException e) {
      throw SwiftError.badRequest("Manifest must be valid JSON.");
    }
    return named;
  }

  private static Optional<String> text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isMissingNode() || value.isNull()
        ? Optional.empty()
        : Optional.of(value.asString(""));
  }

  private static long size(String text) {
    if (!text.matches("[0-9]{1,15}")) {
      throw SwiftError.badRequest("size_bytes must be a whole number, not " + text);
    }
    return Long.parseLong(text);
  }

  private Mono<Checked> check(Named named) {
    return store.object(named.path()).map(found -> check(named, found));
  }

  private static Checked check(Named named, Optional<ObjectRow> found) {
    if (found.isEmpty()) {
      return new Bad(named.path(), "404 Not Found");
    }
    ObjectRow row = found.get();
    if (row.metadata(SystemMetadata.MANIFEST).filter(SystemMetadata.SLO::equals).isPresent()) {
      return new Bad(named.path(), "Segments that are manifests are not implemented");
    }
    long size = SystemMetadata.shownSize(row);
    String etag = SystemMetadata.shownEtag(row);
    if (named.etag().filter(e -> !e.replace("\"", "").equals(etag)).isPresent()) {
      return new Bad(named.path(), "Etag Mismatch");
    }
    if (named.size().filter(s -> s != size).isPresent()) {
      return new Bad(named.path(), "Size Mismatch");
    }
    Segment whole =
        Segment.whole(named.path(), etag, size, row.contentType(), row.timestamp().micros());
    if (named.range().isEmpty()) {
      return size == 0
          ? new Bad(named.path(), "Too small; each segment must be at least 1 byte")
          : new Good(whole);
    }
    return ByteRange.parse(named.range().map(r -> "bytes=" + r), size)
            instanceof ByteRange.Part(ByteRange range)
        ? new Good(
            new Segment(
                whole.path(),
                etag,
                range.first(),
                range.length(),
                size,
                whole.contentType(),
                whole.modifiedMicros()))
        : new Bad(named.path(), "Unsatisfiable Range");
  }

  private static List<Segment> segments(List<Checked> all) {
    StringBuilder errors = new StringBuilder();
    List<Segment> segments = new ArrayList<>();
    for (Checked checked : all) {
      switch (checked) {
        case Good(Segment segment) -> segments.add(segment);
        case Bad(ObjectPath path, String reason) ->
            errors
                .append('/')
                .append(path.container())
                .append('/')
                .append(path.object())
                .append(", ")
                .append(reason)
                .append('\n');
      }
    }
    if (!errors.isEmpty()) {
      throw SwiftError.badRequest("Errors:\n" + errors);
    }
    return segments;
  }

  private Mono<Reply> store(
      Request request,
      ObjectPath path,
      String contentType,
      Map<String, String> given,
      List<Segment> segments) {
    StringBuilder etags = new StringBuilder();
    for (Segment segment : segments) {
      etags.append(segment.etag());
      if (!segment.isWhole()) {
        etags.append(':').append(segment.offset()).append('-');
        etags.append(segment.offset() + segment.length() - 1).append(';');
      }
    }
    byte[] etagText = etags.toString().getBytes(StandardCharsets.UTF_8);
    String etag = Digests.hex(Digests.md5(), etagText);
    if (request
        .header("etag")
        .map(e -> e.replace("\"", ""))
        .filter(e -> !e.equals(etag))
        .isPresent()) {
      throw new SwiftError(422, "The Etag is not that of the segments.");
    }
    Map<String, String> metadata = new LinkedHashMap<>(given);
    metadata.remove("x-object-manifest");
    metadata.put(SystemMetadata.MANIFEST, SystemMetadata.SLO);
    metadata.put(SystemMetadata.ETAG, etag);
    long size = segments.stream().mapToLong(Segment::length).sum();
    metadata.put(SystemMetadata.SIZE, Long.toString(size));
    byte[] json = ManifestCodec.encode(path.account(), segments);
    Flux<ByteBuf> body = Flux.defer(() -> Flux.just(Unpooled.wrappedBuffer(json)));
    return store
        .receive(
            path,
            OptionalLong.of(json.length),
            body,
            received ->
                store.put(
                    path,
                    NewObject.of(received, contentType, metadata),
                    received.content(),
                    Condition.NONE))
        .map(result -> ObjectReplies.created(result, "\"" + etag + "\""));
  }
}
