package io.virga.objectstore.swift.object;

import io.virga.objectstore.http.ByteRange;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.manifest.Readable;
import io.virga.objectstore.manifest.Segment;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.SystemMetadata;
import io.virga.objectstore.swift.auth.Call;
import io.virga.objectstore.swift.auth.Gate;
import io.virga.objectstore.swift.wire.BulkReport;
import io.virga.objectstore.swift.wire.ListedType;
import io.virga.objectstore.swift.wire.StandardReplies;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.swift.wire.SwiftPath;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Looks at the segments that a manifest names: each must be there, open to the caller, as said. */
final class SloChecks {

  /** How deep manifests may be in each other and be read. */
  private static final int MAXIMUM_DEPTH = 10;

  private static final String DEPTH = ".slo-depth";
  private static final int CHECKS_AT_ONCE = 16;

  private final ObjectParts parts;
  private final Gate gate;

  SloChecks(ObjectParts parts, Gate gate) {
    this.parts = parts;
    this.gate = gate;
  }

  /** A segment that is there, or what is wrong with it. */
  private record Checked(String name, Optional<Segment> segment, int depth, String problem) {

    static Checked bad(SloManifest.Named named, String problem) {
      return new Checked(named.text(), Optional.empty(), 0, problem);
    }
  }

  /** What came of all of them. */
  record Result(List<Checked> all) {

    Result {
      all = List.copyOf(all);
    }

    /** Tells what is wrong with which. */
    BulkReport problems() {
      BulkReport report = new BulkReport();
      all.stream()
          .filter(each -> each.segment().isEmpty())
          .forEach(each -> report.error(each.name(), each.problem()));
      return report;
    }

    List<Segment> segments() {
      return all.stream().flatMap(each -> each.segment().stream()).toList();
    }

    /** Notes how deep the manifest is. */
    void addTo(Map<String, String> metadata) {
      int depth = all.stream().mapToInt(Checked::depth).max().orElse(1);
      metadata.put(DEPTH, Integer.toString(depth));
    }
  }

  Mono<Result> check(Call call, List<SloManifest.Named> named) {
    return Flux.range(0, named.size())
        .flatMapSequential(i -> check(call, named.get(i), i == named.size() - 1), CHECKS_AT_ONCE)
        .collectList()
        .map(Result::new);
  }

  private Mono<Checked> check(Call call, SloManifest.Named named, boolean last) {
    if (named.data().isPresent()) {
      Segment inline = Segment.inline(named.path(), named.data().get());
      return Mono.just(new Checked(named.text(), Optional.of(inline), 1, ""));
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

  private static int depth(ObjectRow row) {
    return row.metadata(DEPTH).map(Integer::parseInt).orElse(1);
  }

  /** Whether an object is a manifest of manifests of … that is not read. */
  static boolean isTooDeep(ObjectRow row) {
    return depth(row) > MAXIMUM_DEPTH;
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
    int depth = manifest ? 1 + depth(row) : 1;
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
          : new Checked(named.text(), Optional.of(typed), depth, "");
    }
    return ByteRange.parse(named.range().map(r -> "bytes=" + r), size)
            instanceof ByteRange.Part(ByteRange range)
        ? new Checked(
            named.text(), Optional.of(typed.part(range.first(), range.length())), depth, "")
        : Checked.bad(named, "Unsatisfiable Range");
  }
}
