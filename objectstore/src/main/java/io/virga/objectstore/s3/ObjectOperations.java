package io.virga.objectstore.s3;

import io.virga.objectstore.http.ByteRange;
import io.virga.objectstore.http.Preconditions;
import io.virga.objectstore.http.Query;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.manifest.LargeObjects;
import io.virga.objectstore.manifest.Readable;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.NewObject;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import io.virga.objectstore.store.SystemMetadata;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Requests to an object. */
final class ObjectOperations {

  static final long MAXIMUM_BYTES = 5L << 30;

  private static final Map<String, String> OVERRIDES =
      Map.of(
          "response-content-type", "Content-Type",
          "response-content-language", "Content-Language",
          "response-expires", "Expires",
          "response-cache-control", "Cache-Control",
          "response-content-disposition", "Content-Disposition",
          "response-content-encoding", "Content-Encoding");
  private static final Set<String> PLAIN = Set.of("x-id", "versionId");

  private final ObjectStore store;
  private final LargeObjects large;
  private final CopyOperation copies;
  private final MultipartOperations multipart;

  ObjectOperations(ObjectStore store) {
    this.store = store;
    this.large = new LargeObjects(store);
    this.copies = new CopyOperation(store, large);
    this.multipart = new MultipartOperations(store, copies);
  }

  Mono<Reply> handle(S3Request request) {
    String version = request.query().text("versionId");
    if (!version.isEmpty() && !version.equals("null")) {
      throw new S3Error(S3Error.Code.NoSuchVersion);
    }
    ObjectHeaders.refuseWhatIsNotBuilt(request);
    Optional<String> subresource = subresource(request.query());
    String operation = request.method() + subresource.map(s -> "?" + s).orElse("");
    boolean copy = request.header("x-amz-copy-source").isPresent();
    return switch (operation) {
      case "GET", "HEAD" -> read(request);
      case "PUT" -> copy ? copies.copy(request) : put(request);
      case "GET?tagging" -> fixed(request, FixedAnswers.noTags());
      case "GET?acl" -> fixed(request, FixedAnswers.privateAcl(request.account()));
      case "DELETE" -> delete(request);
      case "POST?uploads" -> multipart.create(request);
      case "PUT?uploadId" -> copy ? multipart.copyPart(request) : multipart.putPart(request);
      case "POST?uploadId" -> multipart.complete(request);
      case "GET?uploadId" -> multipart.listParts(request);
      case "DELETE?uploadId" -> multipart.abort(request);
      default -> throw S3Error.notImplemented("The operation " + operation + " on an object");
    };
  }

  private static Optional<String> subresource(Query query) {
    if (query.has("uploadId")) {
      return Optional.of("uploadId");
    }
    return query.parameters().stream()
        .map(Query.Parameter::name)
        .filter(name -> !PLAIN.contains(name) && !OVERRIDES.containsKey(name))
        .filter(name -> !name.startsWith("X-Amz-"))
        .findFirst();
  }

  private Mono<Reply> read(S3Request request) {
    return large
        .open(request.object())
        .flatMap(
            found ->
                found
                    .map(readable -> Mono.just(reply(request, readable)))
                    .orElseGet(() -> missing(request)));
  }

  private Mono<Reply> fixed(S3Request request, byte[] document) {
    return store
        .object(request.object())
        .flatMap(
            row ->
                row.isEmpty()
                    ? missing(request)
                    : Mono.just(Reply.bytes(200, "application/xml", document)));
  }

  private <T> Mono<T> missing(S3Request request) {
    return store
        .container(request.container())
        .flatMap(
            row ->
                Mono.error(
                    new S3Error(
                        row.isEmpty() ? S3Error.Code.NoSuchBucket : S3Error.Code.NoSuchKey)));
  }

  private static Reply reply(S3Request request, Readable readable) {
    ObjectRow row = readable.row();
    long modified = row.metadataTimestamp().ceilingSeconds();
    Reply reply = Reply.of(200);
    ObjectHeaders.describe(reply, row, readable.etag());
    switch (Preconditions.judge(request.http(), readable.etag(), modified)) {
      case PASS -> {}
      case NOT_MODIFIED -> {
        readable.close();
        return new Reply(304, reply.headers(), new Reply.None());
      }
      case FAILED -> {
        readable.close();
        throw new S3Error(S3Error.Code.PreconditionFailed);
      }
    }
    OVERRIDES.forEach(
        (parameter, header) ->
            request.query().get(parameter).ifPresent(value -> reply.header(header, value)));
    ByteRange.Asked asked = ByteRange.parse(request.header("range"), readable.size());
    if (request.http().isHead() && !(asked instanceof ByteRange.Part)) {
      readable.close();
      return reply.with(new Reply.Head(readable.size()));
    }
    return switch (asked) {
      case ByteRange.Everything() -> reply.with(readable.body(0, readable.size()));
      case ByteRange.Part(ByteRange range) -> {
        reply.header(
            "Content-Range",
            "bytes %d-%d/%d".formatted(range.first(), range.last(), readable.size()));
        if (request.http().isHead()) {
          readable.close();
          yield new Reply(206, reply.headers(), new Reply.Head(range.length()));
        }
        Reply.Body body = readable.body(range.first(), range.length());
        yield new Reply(206, reply.headers(), body);
      }
      case ByteRange.Unsatisfiable() -> {
        readable.close();
        throw new S3Error(S3Error.Code.InvalidRange);
      }
    };
  }

  private Mono<Reply> put(S3Request request) {
    requireLength(request);
    Map<String, String> metadata = ObjectHeaders.metadata(request);
    String type = ObjectHeaders.contentType(request);
    Condition condition = condition(request);
    return store
        .container(request.container())
        .flatMap(
            row -> {
              if (row.isEmpty()) {
                throw new S3Error(S3Error.Code.NoSuchBucket);
              }
              return store.receive(
                  request.object(),
                  request.length(),
                  request.body(),
                  received ->
                      store.put(
                          request.object(),
                          NewObject.of(received, type, metadata),
                          received.content(),
                          condition));
            })
        .map(
            result -> {
              Reply reply =
                  Reply.of(200)
                      .header("ETag", S3Text.quoted(SystemMetadata.shownEtag(done(result))));
              for (String algorithm : Checksum.ALGORITHMS) {
                String header = Checksum.PREFIX + algorithm;
                request.header(header).ifPresent(value -> reply.header(header, value));
              }
              return reply;
            });
  }

  static void requireLength(S3Request request) {
    if (request.length().isEmpty()) {
      throw new S3Error(S3Error.Code.MissingContentLength);
    }
    if (request.length().getAsLong() > MAXIMUM_BYTES) {
      throw new S3Error(S3Error.Code.EntityTooLarge);
    }
  }

  /** The row, or the error that stands for the refusal. */
  static ObjectRow done(Result<ObjectRow> result) {
    return switch (result) {
      case Result.Done<ObjectRow>(ObjectRow row) -> row;
      case Result.Refused<ObjectRow>(Result.Refusal refusal) ->
          throw new S3Error(
              refusal == Result.Refusal.NO_CONTAINER
                  ? S3Error.Code.NoSuchBucket
                  : S3Error.Code.PreconditionFailed);
    };
  }

  static Condition condition(S3Request request) {
    Optional<String> match = request.header("if-match");
    Optional<String> noneMatch = request.header("if-none-match");
    if (noneMatch.isPresent() && !noneMatch.get().strip().equals("*")) {
      throw S3Error.notImplemented("If-None-Match with an ETag on a write");
    }
    return existing ->
        (noneMatch.isEmpty() || existing.isEmpty())
            && (match.isEmpty()
                || existing
                    .filter(
                        row -> Preconditions.matches(match.get(), SystemMetadata.shownEtag(row)))
                    .isPresent());
  }

  private Mono<Reply> delete(S3Request request) {
    if (request.header("if-match").isPresent()) {
      throw S3Error.notImplemented("If-Match on a deletion");
    }
    return store
        .delete(request.object(), Condition.NONE)
        .map(
            result -> {
              if (result instanceof Result.Refused<ObjectRow>(Result.Refusal refusal)
                  && refusal == Result.Refusal.NO_CONTAINER) {
                throw new S3Error(S3Error.Code.NoSuchBucket);
              }
              return Reply.of(204);
            });
  }
}
