package io.virga.objectstore.s3.object;

import io.virga.objectstore.http.HttpDates;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.s3.acl.Access;
import io.virga.objectstore.s3.acl.Permission;
import io.virga.objectstore.s3.protocol.Bucket;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.versions.VersionId;
import io.virga.objectstore.versions.Versioning;
import io.virga.objectstore.versions.Versions;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Finds the version that a request is about, and says in S3's words why there is none. */
public final class ObjectFinder {

  private static final String DELETE_MARKER = "x-amz-delete-marker";
  private static final String VERSION_ID = "x-amz-version-id";

  private final Versions versions;

  public ObjectFinder(Versions versions) {
    this.versions = versions;
  }

  /** The object or the version of it that is asked for. */
  public Mono<Versions.Version> require(S3Request request) {
    Optional<String> id = request.versionId();
    if (id.isPresent()) {
      return requireVersion(request.object(), id.get());
    }
    return versions
        .find(request.object())
        .flatMap(found -> found.map(Mono::just).orElseGet(() -> missing(request)));
  }

  /** A version, which must not be the mark of a deletion. */
  Mono<Versions.Version> requireVersion(ObjectPath path, String id) {
    requireVersionId(id);
    return versions
        .find(path, id)
        .map(
            found -> {
              Versions.Version version =
                  found.orElseThrow(() -> new S3Error(S3Error.Code.NoSuchVersion));
              if (version.isMarker()) {
                throw new S3Error(S3Error.Code.MethodNotAllowed)
                    .with(DELETE_MARKER, "true")
                    .with(VERSION_ID, id)
                    .with("Allow", "DELETE")
                    .with(
                        "Last-Modified",
                        HttpDates.format(version.row().timestamp().ceilingSeconds()));
              }
              return version;
            });
  }

  /** Refuses what can be no id of a version. */
  public static void requireVersionId(String id) {
    if (!id.equals(VersionId.NULL) && VersionId.parse(id).isEmpty()) {
      throw S3Error.invalidArgument("Invalid version id specified");
    }
  }

  /** The error for an object that is not there; who may not list may not know that. */
  <T> Mono<T> missing(S3Request request) {
    if (!Access.isAllowed(request, Permission.READ)) {
      return Mono.error(new S3Error(S3Error.Code.AccessDenied));
    }
    return missing(request.bucket(), request.object());
  }

  <T> Mono<T> missing(Bucket bucket, ObjectPath path) {
    if (bucket.versioning() == Versioning.OFF) {
      return Mono.error(noSuchKey(path));
    }
    return versions
        .findMarker(path)
        .flatMap(
            marker ->
                Mono.error(
                    marker
                        .flatMap(Versions.Version::id)
                        .map(
                            id ->
                                noSuchKey(path)
                                    .with(DELETE_MARKER, "true")
                                    .with(VERSION_ID, id.text()))
                        .orElseGet(() -> noSuchKey(path))));
  }

  private static S3Error noSuchKey(ObjectPath path) {
    return new S3Error(S3Error.Code.NoSuchKey).detail("Key", path.object());
  }

  /** Tells which version a write made; of a null version S3 says nothing. */
  public static Reply tellWritten(Reply reply, Optional<VersionId> id) {
    id.filter(made -> !made.isNull()).ifPresent(made -> reply.header(VERSION_ID, made.text()));
    return reply;
  }

  /** Tells which version a reply is about. */
  public static Reply tell(Reply reply, Bucket bucket, Optional<VersionId> id) {
    if (bucket.versioning() != Versioning.OFF) {
      reply.header(VERSION_ID, id.map(VersionId::text).orElse(VersionId.NULL));
    }
    return reply;
  }
}
