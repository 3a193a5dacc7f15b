package io.virga.objectstore.swift.object;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.objectstore.http.BodyCollector;
import io.virga.objectstore.http.ByteRange;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.manifest.LargeObjects;
import io.virga.objectstore.manifest.ManifestCodec;
import io.virga.objectstore.manifest.Readable;
import io.virga.objectstore.manifest.Segment;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.Digests;
import io.virga.objectstore.store.SystemMetadata;
import io.virga.objectstore.swift.auth.Call;
import io.virga.objectstore.swift.auth.Gate;
import io.virga.objectstore.swift.wire.BulkReport;
import io.virga.objectstore.swift.wire.Format;
import io.virga.objectstore.swift.wire.ListedType;
import io.virga.objectstore.swift.wire.StandardReplies;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.swift.wire.SwiftLimits;
import io.virga.objectstore.swift.wire.SwiftPath;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Puts manifests of static large objects, having checked that each segment is as they say. */
final class SloWriter {

  /** How deep manifests may be in each other. */
  private static final int MAXIMUM_DEPTH = 10;

  private static final String DEPTH = ".slo-depth";
  private static final int CHECKS_AT_ONCE = 16;

  private final ObjectParts parts;
  private final Gate gate;
  private final InstantSource clock;

  SloWriter(ObjectParts parts, Gate gate, InstantSource clock) {
    this.parts = parts;
    this.gate = gate;
    this.clock = clock;
  }

  /** A segment that is there, or what is wrong with it. */
  private record Checked(ObjectPath path, Optional<Segment> segment, int depth, String problem) {

    static Checked bad(SloManifest.Named named, String problem) {
      return new Checked(named.path(), Optional.empty(), 0, problem);
    }
  }

  Mono<Reply> put(Call call, Condition condition) {
    Request request = call.request();
    ObjectPath path = call.path().objectPath();
    if (request.contentLength().orElse(0) > SwiftLimits.MAXIMUM_MANIFEST_BYTES) {
      throw new SwiftError(
          413, "Manifest File > %d bytes".formatted(SwiftLimits.MAXIMUM_MANIFEST_BYTES));
    }
    Map<String, String> metadata = ObjectHandler.metadata(request, clock);
    metadata.remove(LargeObjects.DYNAMIC);
    return BodyCollector.collect(request.body(), SwiftLimits.MAXIMUM_MANIFEST_BYTES)
        .defaultIfEmpty(new byte[0])
        .flatMap(
            body -> {
              List<SloManifest.Named> named = SloManifest.parse(path, body);
              return Flux.range(0, named.size())
                  .flatMapSequential(
                      i -> check(call, named.get(i), i == named.size() - 1), CHECKS_AT_ONCE)
                  .collectList();
            })
        .flatMap(
            checked -> {
              BulkReport problems = new BulkReport();
              for (Checked each : checked) {
                if (each.segment().isEmpty()) {
                  String name = "/" + each.path().container() + "/" + each.path().object();
                  problems.error(name, each.problem());
                }
              }
              if (problems.hasErrors()) {
                Format format = Format.accepted(request);
                return Mono.just(Reply.bytes(400, format.type(), problems.bytes(format, "upload")));
              }
              return store(request, path, metadata, condition, checked);
            });
  }

  private Mono<Checked> check(Call call, SloManifest.Named named, boolean last) {
    if (named.data().isPresent()) {
      Segment inline = Segment.inline(named.path(), named.data().get());
      return Mono.just(new Checked(named.path(), Optional.of(inline), 1, ""));
    }
    Request plain = call.request().withoutQuery();
    return Mono.defer(() -> gate.enter(plain, call.caller(), SwiftPath.of(named.path()), false))
        .then(
            Mono.defer(
                () ->
                    parts
                        .reader()
                        .open(plain, call.caller(), named.path(), ObjectReader.View.CONTENT)))
        .map(
            opened -> {
              try (Readable readable = opened.readable()) {
                return check(named, readable, last);
              }
            })
        .onErrorResume(
            SwiftError.class,
            error -> Mono.just(Checked.bad(named, StandardReplies.line(error.status()))));
  }

  private static Checked check(SloManifest.Named named, Readable readable, boolean last) {
    ObjectRow row = readable.row();
    long size = readable.size();
    String etag = readable.etag();
    if (named.size().filter(s -> s != size).isPresent()) {
      return Checked.bad(named, "Size Mismatch");
    }
    if (named.etag().filter(e -> !e.replace("\"", "").equals(etag)).isPresent()) {
      return Checked.bad(named, "Etag Mismatch");
    }
    boolean manifest = row.metadata(SystemMetadata.MANIFEST).isPresent();
    int depth = manifest ? 1 + row.metadata(DEPTH).map(Integer::parseInt).orElse(1) : 1;
    if (depth > MAXIMUM_DEPTH) {
      return Checked.bad(named, "Manifests are nested deeper than " + MAXIMUM_DEPTH);
    }
    Segment whole =
        Segment.whole(
            named.path(),
            etag,
            size,
            ListedType.shown(row.contentType()),
            row.timestamp().micros());
    Segment typed = manifest ? whole.ofManifest() : whole;
    if (named.range().isEmpty()) {
      return size == 0 && !last
          ? Checked.bad(named, "Too small; each segment must be at least 1 byte.")
          : new Checked(named.path(), Optional.of(typed), depth, "");
    }
    return ByteRange.parse(named.range().map(r -> "bytes=" + r), size)
            instanceof ByteRange.Part(ByteRange range)
        ? new Checked(
            named.path(), Optional.of(typed.part(range.first(), range.length())), depth, "")
        : Checked.bad(named, "Unsatisfiable Range");
  }

  private Mono<Reply> store(
      Request request,
      ObjectPath path,
      Map<String, String> given,
      Condition condition,
      List<Checked> checked) {
    List<Segment> segments = new ArrayList<>();
    checked.forEach(each -> each.segment().ifPresent(segments::add));
    String etag = etag(segments);
    if (request
        .header("etag")
        .map(e -> e.replace("\"", "").strip())
        .filter(e -> !e.equals(etag))
        .isPresent()) {
      throw new SwiftError(422);
    }
    Map<String, String> metadata = new LinkedHashMap<>(given);
    metadata.put(SystemMetadata.MANIFEST, SystemMetadata.SLO);
    metadata.put(SystemMetadata.ETAG, etag);
    long size = segments.stream().mapToLong(Segment::length).sum();
    metadata.put(SystemMetadata.SIZE, Long.toString(size));
    int depth = checked.stream().mapToInt(Checked::depth).max().orElse(1);
    metadata.put(DEPTH, Integer.toString(depth));
    byte[] json = ManifestCodec.encode(path.account(), segments);
    Flux<ByteBuf> body = Flux.defer(() -> Flux.just(Unpooled.wrappedBuffer(json)));
    ObjectWriter.Put put =
        new ObjectWriter.Put(
            path,
            ContentTypes.of(request, path.object()),
            metadata,
            OptionalLong.of(json.length),
            Optional.empty(),
            condition);
    return parts
        .writer()
        .put(put, body)
        .map(version -> ObjectReplies.created(version, "\"" + etag + "\""));
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
