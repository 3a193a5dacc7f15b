package io.virga.objectstore.swift.object;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.objectstore.http.BodyCollector;
import io.virga.objectstore.http.ByteRange;
import io.virga.objectstore.http.HttpDates;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.manifest.LargeObjects;
import io.virga.objectstore.manifest.ManifestCodec;
import io.virga.objectstore.manifest.Readable;
import io.virga.objectstore.manifest.Segment;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.Digests;
import io.virga.objectstore.store.SystemMetadata;
import io.virga.objectstore.swift.auth.Call;
import io.virga.objectstore.swift.auth.Gate;
import io.virga.objectstore.swift.wire.BulkReport;
import io.virga.objectstore.swift.wire.Format;
import io.virga.objectstore.swift.wire.StandardReplies;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.swift.wire.SwiftLimits;
import io.virga.objectstore.swift.wire.Truth;
import io.virga.objectstore.versions.Versions;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Puts manifests of static large objects, having checked that each segment is as they say. */
final class SloWriter {

  private final ObjectParts parts;
  private final SloChecks checks;
  private final InstantSource clock;

  SloWriter(ObjectParts parts, Gate gate, InstantSource clock) {
    this.parts = parts;
    this.checks = new SloChecks(parts, gate);
    this.clock = clock;
  }

  /**
   * What is to be written.
   *
   * @param etag that the large object must have
   */
  record Put(
      ObjectPath path,
      String contentType,
      Map<String, String> metadata,
      Optional<String> etag,
      Condition condition) {}

  /** What came of it. */
  private sealed interface Outcome {}

  private record Written(Versions.Version version, String etag) implements Outcome {}

  private record Wrong(BulkReport problems) implements Outcome {}

  Mono<Reply> put(Call call, Condition condition) {
    Request request = call.request();
    ObjectPath path = call.path().objectPath();
    if (request.contentLength().orElse(0) > SwiftLimits.MAXIMUM_MANIFEST_BYTES) {
      throw new SwiftError(
          413, "Manifest File > %d bytes".formatted(SwiftLimits.MAXIMUM_MANIFEST_BYTES));
    }
    Map<String, String> metadata = ObjectHandler.metadata(request, clock);
    metadata.remove(LargeObjects.DYNAMIC);
    Put put =
        new Put(
            path,
            ContentTypes.of(request, path.object()),
            metadata,
            request.header("etag").map(e -> e.replace("\"", "").strip()),
            condition);
    return BodyCollector.collect(request.body(), SwiftLimits.MAXIMUM_MANIFEST_BYTES)
        .defaultIfEmpty(new byte[0])
        .flatMap(
            body -> {
              Mono<Outcome> outcome = outcome(call, put, SloManifest.parse(path, body));
              return Truth.of(request.query().get("heartbeat"))
                  ? Mono.just(heartbeat(Format.accepted(request), outcome))
                  : outcome.map(done -> reply(request, done));
            });
  }

  /** Puts the manifest of another object, whose segments are to be those of the new account. */
  Mono<Reply> copy(Call call, Readable manifest, Put put) {
    return BodyCollector.collect(
            manifest.bytes(new ByteRange(0, manifest.size() - 1)),
            SwiftLimits.MAXIMUM_MANIFEST_BYTES)
        .flatMap(
            stored ->
                outcome(call, put, SloManifest.parse(put.path(), RawManifest.convert(stored))))
        .map(done -> reply(call.request(), done));
  }

  private Mono<Outcome> outcome(Call call, Put put, List<SloManifest.Named> named) {
    return checks
        .check(call, named)
        .flatMap(
            checked -> {
              BulkReport problems = checked.problems();
              return problems.hasErrors() ? Mono.just(new Wrong(problems)) : store(put, checked);
            });
  }

  private static Reply reply(Request request, Outcome outcome) {
    return switch (outcome) {
      case Written(Versions.Version version, String etag) ->
          ObjectReplies.created(version, "\"" + etag + "\"");
      case Wrong(BulkReport problems) -> {
        Format format = Format.accepted(request);
        yield Reply.bytes(400, format.type(), problems.bytes(format, "upload"));
      }
    };
  }

  /** A reply that begins at once and ends with what came of it. */
  private static Reply heartbeat(Format format, Mono<Outcome> outcome) {
    Mono<byte[]> report =
        outcome
            .map(SloWriter::report)
            .onErrorResume(SwiftError.class, error -> Mono.just(report(new BulkReport(), error)))
            .map(lines -> lines.bytes(format, "upload"));
    return Reply.of(202)
        .with(Heartbeat.before(report))
        .header("Content-Type", format.type())
        .header("Transfer-Encoding", "chunked");
  }

  private static BulkReport report(Outcome outcome) {
    return switch (outcome) {
      case Written(Versions.Version version, String etag) ->
          new BulkReport()
              .value("Response Status", StandardReplies.line(201))
              .value("Response Body", "")
              .value("Etag", "\"" + etag + "\"")
              .value("Last Modified", HttpDates.format(version.row().timestamp().ceilingSeconds()));
      case Wrong(BulkReport problems) -> report(problems, new SwiftError(400));
    };
  }

  private static BulkReport report(BulkReport problems, SwiftError error) {
    return problems
        .value("Response Status", StandardReplies.line(error.status()))
        .value(
            "Response Body", error.words().orElseGet(() -> StandardReplies.words(error.status())));
  }

  private Mono<Outcome> store(Put put, SloChecks.Result checked) {
    List<Segment> segments = checked.segments();
    String etag = etag(segments);
    if (put.etag().filter(e -> !e.equals(etag)).isPresent()) {
      throw new SwiftError(422);
    }
    Map<String, String> metadata = new LinkedHashMap<>(put.metadata());
    metadata.put(SystemMetadata.MANIFEST, SystemMetadata.SLO);
    metadata.put(SystemMetadata.ETAG, etag);
    long size = segments.stream().mapToLong(Segment::length).sum();
    metadata.put(SystemMetadata.SIZE, Long.toString(size));
    checked.addTo(metadata);
    byte[] json = ManifestCodec.encode(put.path().account(), segments);
    Flux<ByteBuf> body = Flux.defer(() -> Flux.just(Unpooled.wrappedBuffer(json)));
    ObjectWriter.Put written =
        new ObjectWriter.Put(
            put.path(),
            put.contentType(),
            metadata,
            OptionalLong.of(json.length),
            Optional.empty(),
            put.condition());
    return parts.writer().put(written, body).map(version -> new Written(version, etag));
  }

  private static String etag(List<Segment> segments) {
    StringBuilder etags = new StringBuilder();
    for (Segment segment : segments) {
      etags.append(segment.etag());
      if (!segment.isWhole()) {
        etags.append(':').append(segment.offset()).append('-');
        etags.append(segment.offset() + segment.length() - 1).append(';');
      }
    }
    return Digests.hex(Digests.md5(), etags.toString().getBytes(StandardCharsets.UTF_8));
  }
}
