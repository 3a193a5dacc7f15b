package io.virga.objectstore.s3.object;

import io.virga.objectstore.http.HttpDates;
import io.virga.objectstore.http.Preconditions;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.s3.xml.XmlElement;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.SystemMetadata;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * What an object must be to be deleted; what is not there may always be.
 *
 * @param modified whole seconds, as {@code Last-Modified} tells them
 */
record DeletionMatch(Optional<String> etag, Optional<Long> size, Optional<Instant> modified) {

  /** As the headers of a request give it. */
  static DeletionMatch of(S3Request request) {
    return new DeletionMatch(
        request.header("if-match"),
        request.header("x-amz-if-match-size").map(DeletionMatch::size),
        request.header("x-amz-if-match-last-modified-time").map(DeletionMatch::time));
  }

  /** As one of several objects that are to be deleted has it. */
  static DeletionMatch of(XmlElement object) {
    return new DeletionMatch(
        object.textOf("ETag"),
        object.textOf("Size").map(DeletionMatch::size),
        object.textOf("LastModifiedTime").map(DeletionMatch::time));
  }

  private static long size(String text) {
    if (!text.strip().matches("[0-9]{1,18}")) {
      throw S3Error.invalidArgument("The size to match is no whole number: '" + text + "'");
    }
    return Long.parseLong(text.strip());
  }

  private static Instant time(String text) {
    return HttpDates.parse(text)
        .or(() -> iso(text.strip()))
        .orElseThrow(() -> S3Error.invalidArgument("The time to match is none: '" + text + "'"));
  }

  private static Optional<Instant> iso(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** The condition of all but the time, which the link to a version does not have. */
  Condition condition() {
    return etag.isEmpty() && size.isEmpty()
        ? Condition.NONE
        : existing -> existing.isEmpty() || existing.filter(this::fits).isPresent();
  }

  private boolean fits(ObjectRow row) {
    String shown = SystemMetadata.shownEtag(row);
    return etag.map(list -> Preconditions.matches(list, shown)).orElse(true)
        && size.map(wanted -> wanted == SystemMetadata.shownSize(row)).orElse(true);
  }

  /** Whether a version was changed at the time that is asked for, if one is. */
  boolean isTimely(ObjectRow version) {
    long second = version.metadataTimestamp().ceilingSeconds();
    return modified.map(wanted -> wanted.getEpochSecond() == second).orElse(true);
  }
}
