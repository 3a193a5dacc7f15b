package io.virga.objectstore.swift.object;

import io.virga.objectstore.http.ByteRange;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.manifest.LargeObjects;
import io.virga.objectstore.manifest.Readable;
import io.virga.objectstore.manifest.Segment;
import io.virga.objectstore.store.SystemMetadata;
import io.virga.objectstore.swift.wire.SwiftError;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Which segment of a static large object a request wants alone ({@code part-number}). */
final class PartNumber {

  private static final String PARAMETER = "part-number";

  private PartNumber() {}

  /**
   * The segment.
   *
   * @param range empty if there are fewer
   * @param count of all segments
   */
  record Part(Optional<ByteRange> range, int count) {}

  /** The part that is asked for; empty if none is, or the object is no static large one. */
  static Mono<Optional<Part>> of(Request request, Readable readable, LargeObjects large) {
    Optional<String> text = request.query().get(PARAMETER);
    boolean slo =
        readable.isLarge()
            && readable
                .row()
                .metadata(SystemMetadata.MANIFEST)
                .filter(SystemMetadata.SLO::equals)
                .isPresent();
    if (text.isEmpty() || !slo) {
      return Mono.just(Optional.empty());
    }
    int number = text.get().matches("[0-9]{1,9}") ? Integer.parseInt(text.get()) : 0;
    if (number < 1) {
      throw SwiftError.badRequest("Part number must be an integer greater than 0");
    }
    if (request.header("range").isPresent()) {
      throw SwiftError.badRequest("Range requests are not supported with part number queries");
    }
    return large
        .segmentsOf(readable.row().path())
        .map(segments -> Optional.of(new Part(range(segments, number), segments.size())));
  }

  private static Optional<ByteRange> range(List<Segment> segments, int number) {
    if (number > segments.size()) {
      return Optional.empty();
    }
    long first = segments.stream().limit(number - 1L).mapToLong(Segment::length).sum();
    return Optional.of(new ByteRange(first, first + segments.get(number - 1).length() - 1));
  }
}
