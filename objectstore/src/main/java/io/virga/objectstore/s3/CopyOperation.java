package io.virga.objectstore.s3;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.http.ByteRange;
import io.virga.objectstore.http.HttpDates;
import io.virga.objectstore.http.Preconditions;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.UriText;
import io.virga.objectstore.manifest.LargeObjects;
import io.virga.objectstore.manifest.ManifestCodec;
import io.virga.objectstore.manifest.Readable;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.s3.xml.XmlWriter;
import io.virga.objectstore.store.NewObject;
import io.virga.objectstore.store.ObjectStore;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** CopyObject, and how the source of a copy is opened. The copy is one object, not a manifest. */
final class CopyOperation {

  private final ObjectStore store;
  private final LargeObjects large;

  CopyOperation(ObjectStore store, LargeObjects large) {
    this.store = store;
    this.large = large;
  }

  Mono<Reply> copy(S3Request request) {
    String directive = request.header("x-amz-metadata-directive").orElse("COPY");
    if (!directive.equals("COPY") && !directive.equals("REPLACE")) {
      throw S3Error.invalidArgument("Unknown metadata directive " + directive);
    }
    boolean replace = directive.equals("REPLACE");
    if (sourcePath(request).equals(request.object()) && !replace) {
      throw new S3Error(
          S3Error.Code.InvalidRequest,
          "An object can be copied to itself only with other metadata.");
    }
    return usingSource(
            request,
            source -> {
              if (source.size() > ObjectOperations.MAXIMUM_BYTES) {
                throw new S3Error(
                    S3Error.Code.InvalidRequest, "The source is larger than can be copied.");
              }
              return write(request, source, replace);
            })
        .map(row -> Reply.bytes(200, "application/xml", result("CopyObjectResult", row).toBytes()));
  }

  private Mono<ObjectRow> write(S3Request request, Readable source, boolean replace) {
    Map<String, String> metadata =
        replace ? ObjectHeaders.metadata(request) : kept(source.row().metadata());
    String type = replace ? ObjectHeaders.contentType(request) : source.row().contentType();
    return store
        .container(request.container())
        .flatMap(
            container -> {
              if (container.isEmpty()) {
                throw new S3Error(S3Error.Code.NoSuchBucket);
              }
              return store.receive(
                  request.object(),
                  OptionalLong.of(source.size()),
                  all(source),
                  received ->
                      store.put(
                          request.object(),
                          NewObject.of(received, type, metadata),
                          received.content(),
                          ObjectOperations.condition(request)));
            })
        .map(ObjectOperations::done);
  }

  private static Flux<ByteBuf> all(Readable source) {
    return source.size() == 0 ? Flux.empty() : source.bytes(new ByteRange(0, source.size() - 1));
  }

  private static Map<String, String> kept(Map<String, String> metadata) {
    Map<String, String> kept = new LinkedHashMap<>(metadata);
    kept.keySet().removeIf(name -> name.startsWith(".") || name.equals(LargeObjects.DYNAMIC));
    return kept;
  }

  static XmlWriter result(String root, ObjectRow row) {
    return XmlWriter.of(root)
        .text("LastModified", S3Text.time(row.timestamp()))
        .text("ETag", S3Text.quoted(row.etag()));
  }

  private static ObjectPath sourcePath(S3Request request) {
    String text = request.header("x-amz-copy-source").orElse("");
    int mark = text.indexOf('?');
    String path = mark < 0 ? text : text.substring(0, mark);
    String version = mark < 0 ? "" : text.substring(mark + 1);
    if (!version.isEmpty() && !version.equals("versionId=null")) {
      throw new S3Error(S3Error.Code.NoSuchVersion);
    }
    return UriText.decode(path)
        .flatMap(decoded -> ManifestCodec.parsePath(request.account(), decoded))
        .orElseThrow(() -> S3Error.invalidArgument("x-amz-copy-source must be /bucket/key"));
  }

  /** Does something with the source of a copy whose conditions hold, and closes it. */
  <T> Mono<T> usingSource(S3Request request, Function<Readable, Mono<T>> use) {
    ObjectPath path = sourcePath(request);
    return Readable.using(
        large.open(path),
        found -> {
          if (found.isEmpty()) {
            return missing(path);
          }
          if (!holds(request, found.get())) {
            throw new S3Error(S3Error.Code.PreconditionFailed);
          }
          return use.apply(found.get());
        });
  }

  private <T> Mono<T> missing(ObjectPath path) {
    return store
        .container(path.containerPath())
        .flatMap(
            row ->
                Mono.error(
                    new S3Error(
                        row.isEmpty() ? S3Error.Code.NoSuchBucket : S3Error.Code.NoSuchKey)));
  }

  private static boolean holds(S3Request request, Readable source) {
    long modified = source.row().metadataTimestamp().ceilingSeconds();
    Optional<String> match = request.header("x-amz-copy-source-if-match");
    Optional<String> noneMatch = request.header("x-amz-copy-source-if-none-match");
    Optional<Instant> since =
        request.header("x-amz-copy-source-if-modified-since").flatMap(HttpDates::parse);
    Optional<Instant> notSince =
        request.header("x-amz-copy-source-if-unmodified-since").flatMap(HttpDates::parse);
    return match.map(list -> Preconditions.matches(list, source.etag())).orElse(true)
        && noneMatch.map(list -> !Preconditions.matches(list, source.etag())).orElse(true)
        && since.map(time -> modified > time.getEpochSecond()).orElse(true)
        && notSince.map(time -> modified <= time.getEpochSecond()).orElse(true);
  }
}
