package io.virga.objectstore.s3.object;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.s3.acl.Access;
import io.virga.objectstore.s3.acl.Permission;
import io.virga.objectstore.s3.checksum.StoredChecksum;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.s3.protocol.S3Text;
import io.virga.objectstore.store.NewObject;
import io.virga.objectstore.store.Received;
import io.virga.objectstore.store.SystemMetadata;
import io.virga.objectstore.versions.Versions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** PutObject, and what all writes of objects share. */
public final class ObjectWrites {

  static final long MAXIMUM_BYTES = 5L << 30;

  private final Versions versions;

  public ObjectWrites(Versions versions) {
    this.versions = versions;
  }

  public Mono<Reply> put(S3Request request) {
    Access.require(request, Permission.WRITE);
    requireLength(request.body().length());
    return receive(request)
        .map(
            version -> {
              String etag = SystemMetadata.shownEtag(version.row());
              Reply reply = Reply.of(200).header("ETag", S3Text.quoted(etag));
              StoredChecksum.of(version.row().metadata())
                  .ifPresent(checksum -> ObjectHeaders.describe(reply, checksum));
              return ObjectFinder.tellWritten(reply, version.id());
            });
  }

  /** Takes the body of a request as the object that it names. */
  public Mono<Versions.Version> receive(S3Request request) {
    Access.require(request, Permission.WRITE);
    Map<String, String> metadata = ObjectHeaders.metadata(request);
    String type = ObjectHeaders.contentType(request);
    return write(
        request,
        new Versions.Source(
            request.body().length(),
            request.body().bytes(),
            received -> object(received, type, metadata, request.body()::checksum)));
  }

  /** What is put when the bytes have come, with the checksum that is known then. */
  public static NewObject object(
      Received received,
      String type,
      Map<String, String> metadata,
      Supplier<Optional<StoredChecksum>> checksum) {
    Map<String, String> all = new HashMap<>(metadata);
    checksum.get().ifPresent(c -> c.addTo(all));
    return NewObject.of(received, type, all);
  }

  /** Writes the object that the request names, under the request's conditions. */
  public Mono<Versions.Version> write(S3Request request, Versions.Source source) {
    Versions.Target target =
        new Versions.Target(
            request.object(), request.bucket().versioning(), WriteCondition.of(request));
    return versions
        .put(target, source)
        .flatMap(result -> WriteCondition.done(versions, request, result));
  }

  /** Refuses a body whose length is not known, or too much. */
  public static void requireLength(OptionalLong length) {
    if (length.isEmpty()) {
      throw new S3Error(S3Error.Code.MissingContentLength);
    }
    if (length.getAsLong() > MAXIMUM_BYTES) {
      throw new S3Error(S3Error.Code.EntityTooLarge);
    }
  }
}
