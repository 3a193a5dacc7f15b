package io.virga.objectstore.s3.object;

import io.virga.objectstore.http.HeaderText;
import io.virga.objectstore.http.HttpDates;
import io.virga.objectstore.http.Preconditions;
import io.virga.objectstore.http.UriText;
import io.virga.objectstore.manifest.LargeObjects;
import io.virga.objectstore.manifest.ManifestCodec;
import io.virga.objectstore.manifest.Readable;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.s3.acl.Access;
import io.virga.objectstore.s3.acl.Permission;
import io.virga.objectstore.s3.bucket.Buckets;
import io.virga.objectstore.s3.protocol.Bucket;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** The source of a copy: {@code x-amz-copy-source} and its conditions. */
public final class CopySource {

  private static final String HEADER = "x-amz-copy-source";
  private static final String VERSION = "?versionId=";

  private final LargeObjects large;
  private final Buckets buckets;
  private final ObjectFinder finder;

  public CopySource(LargeObjects large, Buckets buckets, ObjectFinder finder) {
    this.large = large;
    this.buckets = buckets;
    this.finder = finder;
  }

  /** A source that is there. */
  public record Source(Bucket bucket, Readable readable) {}

  private record Named(String bucket, String key, Optional<String> version) {}

  private static Named parse(S3Request request) {
    String text = request.header(HEADER).map(HeaderText::decode).orElse("");
    int mark = text.lastIndexOf('?');
    String path = mark < 0 ? text : text.substring(0, mark);
    String query = mark < 0 ? VERSION : text.substring(mark);
    if (!query.startsWith(VERSION) || query.indexOf('&') >= 0) {
      throw S3Error.invalidArgument("Unsupported copy source parameter.")
          .detail("ArgumentName", HEADER)
          .detail("ArgumentValue", text);
    }
    Optional<String> version = Optional.of(query.substring(VERSION.length()));
    ObjectPath parsed =
        UriText.decode(path)
            .or(() -> Optional.of(path))
            .filter(decoded -> decoded.indexOf('\0') < 0)
            .flatMap(decoded -> ManifestCodec.parsePath("", decoded))
            .orElseThrow(() -> S3Error.invalidArgument(HEADER + " must be /bucket/key"));
    return new Named(parsed.container(), parsed.object(), version.filter(v -> !v.isEmpty()));
  }

  /** Whether the source is the current version of what the copy is to be. */
  static boolean isTarget(S3Request request) {
    Named named = parse(request);
    return named.bucket().equals(request.bucketName())
        && named.key().equals(request.key())
        && named.version().isEmpty();
  }

  /** Does something with the source, if it may be read and its conditions hold, and closes it. */
  public <T> Mono<T> using(S3Request request, Function<Source, Mono<T>> use) {
    Named named = parse(request);
    return buckets
        .require(request.requester(), named.bucket())
        .flatMap(
            bucket ->
                Readable.using(
                    read(bucket, named).map(Optional::of),
                    found -> {
                      Readable readable =
                          found.orElseThrow(() -> new S3Error(S3Error.Code.NoSuchKey));
                      check(request, bucket, readable);
                      return use.apply(new Source(bucket, readable));
                    }));
  }

  private Mono<Readable> read(Bucket bucket, Named named) {
    ObjectPath path = bucket.path().object(named.key());
    if (named.version().isPresent()) {
      return finder
          .requireVersion(path, named.version().get())
          .flatMap(version -> large.open(version.row().path()))
          .map(found -> found.orElseThrow(() -> new S3Error(S3Error.Code.NoSuchVersion)));
    }
    return large
        .open(path)
        .flatMap(found -> found.map(Mono::just).orElseGet(() -> finder.missing(bucket, path)));
  }

  private static void check(S3Request request, Bucket bucket, Readable source) {
    Access.require(request.requester(), bucket, source.row(), Permission.READ);
    long modified = source.row().metadataTimestamp().ceilingSeconds();
    Optional<String> match = request.header(HEADER + "-if-match");
    Optional<String> noneMatch = request.header(HEADER + "-if-none-match");
    Optional<Instant> since = time(request, HEADER + "-if-modified-since");
    Optional<Instant> notSince = time(request, HEADER + "-if-unmodified-since");
    boolean holds =
        match
                .map(list -> Preconditions.matches(list, source.etag()))
                .or(() -> notSince.map(time -> modified <= time.getEpochSecond()))
                .orElse(true)
            && noneMatch
                .map(list -> !Preconditions.matches(list, source.etag()))
                .or(() -> since.map(time -> modified > time.getEpochSecond()))
                .orElse(true);
    if (!holds) {
      throw new S3Error(S3Error.Code.PreconditionFailed);
    }
  }

  private static Optional<Instant> time(S3Request request, String header) {
    return request.header(header).flatMap(HttpDates::parse);
  }
}
