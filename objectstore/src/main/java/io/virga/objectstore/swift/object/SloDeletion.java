package io.virga.objectstore.swift.object;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.manifest.LargeObjects;
import io.virga.objectstore.manifest.Segment;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.SystemMetadata;
import io.virga.objectstore.swift.auth.Call;
import io.virga.objectstore.swift.auth.Gate;
import io.virga.objectstore.swift.wire.BulkReport;
import io.virga.objectstore.swift.wire.Format;
import io.virga.objectstore.swift.wire.StandardReplies;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.swift.wire.SwiftLimits;
import io.virga.objectstore.versions.Versions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Deletes static large objects with their segments. */
final class SloDeletion {

  private static final int AT_ONCE = 16;
  private static final int MAXIMUM_NAMES = 10 * SwiftLimits.MAXIMUM_SEGMENTS;

  private final ObjectParts parts;
  private final LargeObjects large;
  private final Gate gate;
  private final InstantSource clock;

  SloDeletion(ObjectParts parts, LargeObjects large, Gate gate, InstantSource clock) {
    this.parts = parts;
    this.large = large;
    this.gate = gate;
    this.clock = clock;
  }

  /** Deletes segments, also those of manifests within the manifest, and at last the manifest. */
  Mono<Reply> delete(Call call) {
    Request request = call.request();
    ObjectPath path = call.path().objectPath();
    Format format = Format.accepted(request);
    Optional<String> version = VersionParameter.of(request);
    return segments(path, version)
        .flatMap(
            found -> {
              if (found.isEmpty()) {
                return Mono.just(notManifest(format, path));
              }
              Set<ObjectPath> names = new LinkedHashSet<>();
              return collect(found.get(), names)
                  .then(Mono.defer(() -> deleteAll(call, path, names, format)));
            });
  }

  private static Reply notManifest(Format format, ObjectPath path) {
    BulkReport report = new BulkReport();
    report.value("Number Deleted", 0).value("Number Not Found", 0);
    report.value("Response Body", "").value("Response Status", StandardReplies.line(400));
    report.error(shown(path), "Not an SLO manifest");
    return Reply.bytes(200, format.type(), report.bytes(format, "delete"));
  }

  /** The segments of a manifest; empty if the object is something else. */
  private Mono<Optional<List<Segment>>> segments(ObjectPath path, Optional<String> version) {
    Versions versions = parts.versions();
    return version
        .map(id -> versions.find(path, id))
        .orElseGet(() -> versions.find(path))
        .flatMap(
            found -> {
              ObjectRow row = found.map(Versions.Version::row).orElseThrow(SwiftError::notFound);
              boolean slo =
                  row.metadata(SystemMetadata.MANIFEST)
                      .filter(SystemMetadata.SLO::equals)
                      .isPresent();
              return slo
                  ? large.segmentsOf(row.path()).map(Optional::of)
                  : Mono.just(Optional.<List<Segment>>empty());
            });
  }

  private Mono<Void> collect(List<Segment> segments, Set<ObjectPath> names) {
    return Flux.fromStream(segments.stream().filter(segment -> segment.data().isEmpty()))
        .concatMap(
            segment -> {
              if (names.size() > MAXIMUM_NAMES) {
                throw SwiftError.badRequest("Too many buffered slo segments to delete.");
              }
              Mono<Void> below =
                  segment.manifest() && !names.contains(segment.path())
                      ? segments(segment.path(), Optional.empty())
                          .onErrorResume(SwiftError.class, gone -> Mono.just(Optional.empty()))
                          .flatMap(found -> collect(found.orElse(List.of()), names))
                      : Mono.empty();
              return below.then(Mono.<Void>fromRunnable(() -> names.add(segment.path())));
            })
        .then();
  }

  private Mono<Reply> deleteAll(
      Call call, ObjectPath manifest, Set<ObjectPath> segments, Format format) {
    List<ObjectPath> names = new ArrayList<>(segments);
    names.add(manifest);
    ObjectRemover remover = parts.remover();
    Mono<Integer> last =
        Mono.defer(
                () ->
                    VersionParameter.of(call.request())
                        .map(id -> remover.deleteVersion(manifest, id))
                        .orElseGet(() -> remover.delete(manifest)))
            .map(deleted -> 204)
            .onErrorResume(SwiftError.class, error -> Mono.just(error.status()));
    return Flux.fromIterable(segments)
        .flatMapSequential(name -> remover.delete(call.request(), call.caller(), name), AT_ONCE)
        .concatWith(last)
        .collectList()
        .map(
            statuses -> {
              BulkReport report = new BulkReport();
              for (int i = 0; i < statuses.size(); i++) {
                if (statuses.get(i) != 204 && statuses.get(i) != 404) {
                  report.error(shown(names.get(i)), StandardReplies.line(statuses.get(i)));
                }
              }
              report.value("Number Deleted", statuses.stream().filter(s -> s == 204).count());
              report.value("Number Not Found", statuses.stream().filter(s -> s == 404).count());
              report.value("Response Body", "");
              report.value("Response Status", StandardReplies.line(report.hasErrors() ? 400 : 200));
              return Reply.bytes(200, format.type(), report.bytes(format, "delete"));
            });
  }

  /** Deletes the manifest now, and has its segments deleted soon. */
  Mono<Reply> deleteLater(Call call) {
    ObjectPath path = call.path().objectPath();
    return segments(path, Optional.empty())
        .map(found -> found.orElseThrow(() -> SwiftError.badRequest("Not an SLO manifest")))
        .map(all -> all.stream().filter(segment -> segment.data().isEmpty()).toList())
        .flatMap(
            segments -> {
              Set<String> containers =
                  segments.stream()
                      .map(segment -> segment.path().container())
                      .collect(Collectors.toCollection(LinkedHashSet::new));
              if (containers.size() > 1) {
                throw SwiftError.badRequest(
                    "All segments must be in one container. Found segments in \"%s\""
                        .formatted(String.join("\", \"", containers)));
              }
              if (segments.stream().anyMatch(Segment::manifest)) {
                throw SwiftError.badRequest("No segments may be large objects.");
              }
              return enter(call, segments)
                  .then(enqueue(segments))
                  .then(Mono.defer(() -> parts.remover().delete(path)));
            })
        .map(deleted -> StandardReplies.empty(204));
  }

  private Mono<Void> enter(Call call, List<Segment> segments) {
    return segments.isEmpty()
        ? Mono.empty()
        : gate.enterAllOf(
                call.request(), call.caller(), segments.getFirst().path().containerPath(), true)
            .then();
  }

  private Mono<Void> enqueue(List<Segment> segments) {
    long now = clock.instant().getEpochSecond();
    return Flux.fromStream(segments.stream().map(Segment::path).distinct())
        .flatMap(segment -> parts.expiry().delete(segment, now), AT_ONCE)
        .then();
  }

  private static String shown(ObjectPath path) {
    return "/" + path.container() + "/" + path.object();
  }
}
