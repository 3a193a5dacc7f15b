package io.virga.objectstore.s3.object;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.http.ByteRange;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.manifest.LargeObjects;
import io.virga.objectstore.manifest.Readable;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.s3.acl.Access;
import io.virga.objectstore.s3.acl.Permission;
import io.virga.objectstore.s3.checksum.Checksum;
import io.virga.objectstore.s3.checksum.ChecksumAlgorithm;
import io.virga.objectstore.s3.checksum.StoredChecksum;
import io.virga.objectstore.s3.protocol.Bucket;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.s3.protocol.S3Text;
import io.virga.objectstore.s3.xml.XmlWriter;
import io.virga.objectstore.versions.VersionId;
import io.virga.objectstore.versions.VersionName;
import io.virga.objectstore.versions.Versioning;
import io.virga.objectstore.versions.Versions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** CopyObject. The copy is one object, not a manifest. */
public final class CopyOperation {

  private final CopySource sources;
  private final ObjectWrites writes;

  public CopyOperation(CopySource sources, ObjectWrites writes) {
    this.sources = sources;
    this.writes = writes;
  }

  public Mono<Reply> copy(S3Request request) {
    Access.require(request, Permission.WRITE);
    boolean replace = isReplacing(request, "x-amz-metadata-directive");
    if (CopySource.isTarget(request)
        && !replace
        && !isReplacing(request, "x-amz-tagging-directive")) {
      throw S3Error.invalidRequest(
          "This copy request is illegal because it is trying to copy an object to itself without"
              + " changing the object's metadata.");
    }
    return sources.using(
        request,
        source ->
            write(request, source.readable(), replace).map(version -> reply(source, version)));
  }

  private static boolean isReplacing(S3Request request, String header) {
    return switch (request.header(header).orElse("COPY")) {
      case "COPY" -> false;
      case "REPLACE" -> true;
      case String other -> throw S3Error.invalidArgument("Unknown " + header + " " + other);
    };
  }

  private Mono<Versions.Version> write(S3Request request, Readable source, boolean replace) {
    if (source.size() > ObjectWrites.MAXIMUM_BYTES) {
      throw S3Error.invalidRequest("The source is larger than can be copied: over 5 GiB.");
    }
    ObjectRow row = source.row();
    Map<String, String> asked = ObjectHeaders.metadata(request);
    Map<String, String> metadata = replace ? new HashMap<>(asked) : kept(row.metadata());
    take(metadata, Bucket.ACL, asked);
    boolean newTags = isReplacing(request, "x-amz-tagging-directive");
    take(metadata, Bucket.TAGS, newTags ? asked : row.metadata());
    String type = replace ? ObjectHeaders.contentType(request) : row.contentType();
    Optional<ChecksumAlgorithm> algorithm =
        request
            .header("x-amz-checksum-algorithm")
            .map(CopyOperation::algorithm)
            .or(() -> StoredChecksum.of(row.metadata()).map(StoredChecksum::algorithm));
    Optional<Checksum> checksum = algorithm.map(ChecksumAlgorithm::start);
    Flux<ByteBuf> bytes = checksum.map(c -> all(source).doOnNext(c::update)).orElse(all(source));
    return writes.write(
        request,
        new Versions.Source(
            OptionalLong.of(source.size()),
            bytes,
            received ->
                ObjectWrites.object(
                    received,
                    type,
                    metadata,
                    () ->
                        algorithm.flatMap(
                            a -> checksum.map(c -> StoredChecksum.full(a, c.base64()))))));
  }

  private static ChecksumAlgorithm algorithm(String name) {
    return ChecksumAlgorithm.of(name)
        .orElseThrow(
            () -> S3Error.invalidRequest("Checksum algorithm provided is unsupported: " + name));
  }

  private static void take(Map<String, String> to, String name, Map<String, String> from) {
    to.remove(name);
    String value = from.get(name);
    if (value != null) {
      to.put(name, value);
    }
  }

  private static Flux<ByteBuf> all(Readable source) {
    return source.size() == 0 ? Flux.empty() : source.bytes(new ByteRange(0, source.size() - 1));
  }

  private static Map<String, String> kept(Map<String, String> metadata) {
    Map<String, String> kept = new HashMap<>(metadata);
    kept.keySet().removeIf(name -> name.startsWith(".") || name.equals(LargeObjects.DYNAMIC));
    return kept;
  }

  private static Reply reply(CopySource.Source source, Versions.Version version) {
    Reply reply = S3Text.reply(result("CopyObjectResult", version.row()));
    tellSource(reply, source);
    return ObjectFinder.tellWritten(reply, version.id());
  }

  /** Tells which version was copied. */
  public static void tellSource(Reply reply, CopySource.Source source) {
    if (source.bucket().versioning() != Versioning.OFF) {
      reply.header(
          "x-amz-copy-source-version-id",
          VersionName.idOf(source.readable().row().path())
              .map(VersionId::text)
              .orElse(VersionId.NULL));
    }
  }

  /** The document of a copy. */
  public static XmlWriter result(String root, ObjectRow row) {
    XmlWriter xml =
        XmlWriter.of(root)
            .text("LastModified", S3Text.time(row.timestamp()))
            .text("ETag", S3Text.quoted(row.etag()));
    StoredChecksum.of(row.metadata())
        .ifPresent(
            c -> {
              xml.text(c.algorithm().element(), c.base64());
              xml.text("ChecksumType", c.type().name());
            });
    return xml;
  }
}
