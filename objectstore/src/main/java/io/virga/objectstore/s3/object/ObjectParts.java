package io.virga.objectstore.s3.object;

import io.virga.objectstore.manifest.LargeObjects;
import io.virga.objectstore.manifest.Segment;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.s3.checksum.StoredChecksum;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.SystemMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** The parts that a multipart object was made of. */
public final class ObjectParts {

  private final ObjectStore store;
  private final LargeObjects large;

  public ObjectParts(ObjectStore store, LargeObjects large) {
    this.store = store;
    this.large = large;
  }

  /**
   * A part.
   *
   * @param offset in the object
   * @param count of all parts
   * @param segment where it is
   */
  public record Part(
      int number,
      long offset,
      long length,
      int count,
      Segment segment,
      Optional<StoredChecksum> checksum) {}

  static boolean isMultipart(ObjectRow row) {
    return row.metadata(SystemMetadata.MANIFEST)
        .filter(SystemMetadata.MULTIPART::equals)
        .isPresent();
  }

  /**
   * A part by its place among those of the object, whose numbers may have had gaps; empty if the
   * object has no parts and the first is asked for.
   */
  Mono<Optional<Part>> find(ObjectRow row, String text) {
    int number = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
    if (number < 1 || number > 10_000) {
      throw S3Error.invalidArgument("Part number must be an integer between 1 and 10000, inclusive")
          .detail("ArgumentName", "partNumber")
          .detail("ArgumentValue", text);
    }
    if (!isMultipart(row)) {
      if (number > 1) {
        throw new S3Error(S3Error.Code.InvalidPart);
      }
      return Mono.just(Optional.empty());
    }
    return all(row)
        .flatMap(
            parts ->
                number > parts.size()
                    ? Mono.error(new S3Error(S3Error.Code.InvalidPart))
                    : withChecksum(parts.get(number - 1)))
        .map(Optional::of);
  }

  /** All parts in their order, without checksums. */
  Mono<List<Part>> all(ObjectRow row) {
    return large
        .segmentsOf(row.path())
        .map(
            segments -> {
              List<Part> parts = new ArrayList<>();
              long offset = 0;
              for (Segment segment : segments) {
                String name = segment.path().object();
                int number = Integer.parseInt(name.substring(name.lastIndexOf('/') + 1));
                parts.add(
                    new Part(
                        number,
                        offset,
                        segment.length(),
                        segments.size(),
                        segment,
                        Optional.empty()));
                offset += segment.length();
              }
              return parts;
            });
  }

  Mono<Part> withChecksum(Part part) {
    return store
        .object(part.segment().path())
        .map(
            row ->
                new Part(
                    part.number(),
                    part.offset(),
                    part.length(),
                    part.count(),
                    part.segment(),
                    row.flatMap(r -> StoredChecksum.of(r.metadata()))));
  }
}
