package io.virga.objectstore.s3.object;

import io.virga.objectstore.http.ByteRange;
import io.virga.objectstore.http.Preconditions;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.manifest.LargeObjects;
import io.virga.objectstore.manifest.Readable;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.s3.acl.Access;
import io.virga.objectstore.s3.acl.Permission;
import io.virga.objectstore.s3.checksum.StoredChecksum;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.versions.VersionName;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** GetObject and HeadObject. */
public final class ObjectReads {

  /** Parameters that replace headers of the reply. */
  public static final Map<String, String> OVERRIDES =
      Map.of(
          "response-content-type", "Content-Type",
          "response-content-language", "Content-Language",
          "response-expires", "Expires",
          "response-cache-control", "Cache-Control",
          "response-content-disposition", "Content-Disposition",
          "response-content-encoding", "Content-Encoding");

  private final LargeObjects large;
  private final ObjectFinder finder;
  private final ObjectParts parts;

  public ObjectReads(LargeObjects large, ObjectFinder finder, ObjectParts parts) {
    this.large = large;
    this.finder = finder;
    this.parts = parts;
  }

  public Mono<Reply> read(S3Request request) {
    boolean overrides =
        request.query().parameters().stream().anyMatch(p -> OVERRIDES.containsKey(p.name()));
    if (overrides && request.requester().account().isEmpty()) {
      throw S3Error.invalidRequest(
          "Request specific response headers cannot be used for anonymous GET requests.");
    }
    return open(request)
        .flatMap(
            readable ->
                Mono.defer(() -> reply(request, readable)).doOnError(failure -> readable.close()));
  }

  private Mono<Readable> open(S3Request request) {
    Optional<String> id = request.versionId();
    if (id.isEmpty()) {
      return large
          .open(request.object())
          .flatMap(found -> found.map(Mono::just).orElseGet(() -> finder.missing(request)));
    }
    return finder
        .require(request)
        .flatMap(version -> large.open(version.row().path()))
        .map(found -> found.orElseThrow(() -> new S3Error(S3Error.Code.NoSuchVersion)));
  }

  /** The reply closes what is read; a failure leaves that to the caller. */
  private Mono<Reply> reply(S3Request request, Readable readable) {
    ObjectRow row = readable.row();
    Access.require(request, row, Permission.READ);
    Reply reply = Reply.of(200);
    ObjectHeaders.describe(reply, row, readable.etag());
    ObjectFinder.tell(reply, request.bucket(), VersionName.idOf(row.path()));
    long modified = row.metadataTimestamp().ceilingSeconds();
    switch (Preconditions.judge(request.http(), readable.etag(), modified)) {
      case PASS -> {}
      case NOT_MODIFIED -> {
        readable.close();
        return Mono.just(new Reply(304, reply.headers(), new Reply.None()));
      }
      case FAILED -> throw new S3Error(S3Error.Code.PreconditionFailed);
    }
    OVERRIDES.forEach(
        (parameter, header) ->
            request.query().get(parameter).ifPresent(value -> reply.header(header, value)));
    Optional<String> part = request.query().get("partNumber");
    if (part.isPresent()) {
      if (request.header("range").isPresent()) {
        throw S3Error.invalidRequest(
            "Cannot specify both Range header and partNumber query parameter");
      }
      return parts.find(row, part.get()).flatMap(found -> part(request, readable, reply, found));
    }
    return whole(request, readable, reply);
  }

  private static Mono<Reply> part(
      S3Request request, Readable readable, Reply reply, Optional<ObjectParts.Part> found) {
    if (found.isEmpty()) {
      StoredChecksum.of(readable.row().metadata())
          .ifPresent(checksum -> tell(request, reply, checksum));
      return readable.size() == 0
          ? whole(request, readable, reply)
          : ranged(request, readable, reply, new ByteRange(0, readable.size() - 1));
    }
    ObjectParts.Part part = found.get();
    reply.header("x-amz-mp-parts-count", Integer.toString(part.count()));
    part.checksum().ifPresent(checksum -> tell(request, reply, checksum));
    ByteRange range = new ByteRange(part.offset(), part.offset() + part.length() - 1);
    return part.length() == 0
        ? whole(request, readable, reply)
        : ranged(request, readable, reply, range);
  }

  private static Mono<Reply> whole(S3Request request, Readable readable, Reply reply) {
    return switch (ByteRange.parse(request.header("range"), readable.size())) {
      case ByteRange.Everything() -> {
        StoredChecksum.of(readable.row().metadata())
            .ifPresent(checksum -> tell(request, reply, checksum));
        if (request.http().isHead()) {
          readable.close();
          yield Mono.just(reply.with(new Reply.Head(readable.size())));
        }
        yield readable.body(0, readable.size()).map(reply::with);
      }
      case ByteRange.Part(ByteRange range) -> ranged(request, readable, reply, range);
      case ByteRange.Unsatisfiable() -> throw new S3Error(S3Error.Code.InvalidRange);
    };
  }

  private static Mono<Reply> ranged(
      S3Request request, Readable readable, Reply reply, ByteRange range) {
    reply.header(
        "Content-Range", "bytes %d-%d/%d".formatted(range.first(), range.last(), readable.size()));
    if (request.http().isHead()) {
      readable.close();
      return Mono.just(new Reply(206, reply.headers(), new Reply.Head(range.length())));
    }
    return readable
        .body(range.first(), range.length())
        .map(body -> new Reply(206, reply.headers(), body));
  }

  private static void tell(S3Request request, Reply reply, StoredChecksum checksum) {
    if (request.header("x-amz-checksum-mode").filter("ENABLED"::equalsIgnoreCase).isPresent()) {
      ObjectHeaders.describe(reply, checksum);
    }
  }
}
