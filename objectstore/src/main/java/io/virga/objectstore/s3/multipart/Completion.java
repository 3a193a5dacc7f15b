package io.virga.objectstore.s3.multipart;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.objectstore.manifest.ManifestCodec;
import io.virga.objectstore.manifest.Segment;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.s3.checksum.ChecksumType;
import io.virga.objectstore.s3.checksum.StoredChecksum;
import io.virga.objectstore.s3.object.WriteCondition;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.store.NewObject;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.SystemMetadata;
import io.virga.objectstore.versions.Versions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** CompleteMultipartUpload: checks the parts and writes the manifest; no byte is copied. */
final class Completion {

  private static final long MINIMUM_PART_BYTES = 5L << 20;
  private static final int CHECKS_AT_ONCE = 32;

  private final ObjectStore store;
  private final Versions versions;

  Completion(ObjectStore store, Versions versions) {
    this.store = store;
    this.versions = versions;
  }

  /**
   * A part that is there, and is as the client said.
   *
   * @param isVouchedFor whether the client said its checksum
   */
  private record Stored(Segment segment, Optional<StoredChecksum> checksum, boolean isVouchedFor) {}

  Mono<Versions.Version> run(S3Request request, UploadName upload, byte[] body) {
    return store
        .object(upload.path(request.container()))
        .flatMap(
            found ->
                found.isEmpty()
                    ? alreadyDone(request, upload, body)
                    : check(request, upload, AskedPart.parse(body))
                        .flatMap(stored -> write(request, upload, found.get(), stored)));
  }

  /** The same completion that is asked for again, since its reply was lost, succeeds again. */
  private Mono<Versions.Version> alreadyDone(S3Request request, UploadName upload, byte[] body) {
    return versions
        .find(request.object())
        .map(
            found ->
                found
                    .filter(
                        version ->
                            version
                                .row()
                                .metadata(SystemMetadata.UPLOAD_ID)
                                .filter(upload.id()::equals)
                                .isPresent())
                    .filter(
                        version ->
                            AskedPart.etag(AskedPart.parse(body))
                                .filter(SystemMetadata.shownEtag(version.row())::equals)
                                .isPresent())
                    .orElseThrow(() -> new S3Error(S3Error.Code.NoSuchUpload)));
  }

  private Mono<List<Stored>> check(S3Request request, UploadName upload, List<AskedPart> parts) {
    return Flux.fromIterable(parts)
        .flatMapSequential(
            part ->
                store
                    .object(SystemMetadata.part(request.container(), upload.id(), part.number()))
                    .map(row -> check(upload, part, row)),
            CHECKS_AT_ONCE)
        .collectList()
        .doOnNext(
            stored -> {
              for (Stored part : stored.subList(0, stored.size() - 1)) {
                if (part.segment().length() < MINIMUM_PART_BYTES) {
                  throw new S3Error(S3Error.Code.EntityTooSmall);
                }
              }
            });
  }

  private static S3Error invalid(UploadName upload, AskedPart part) {
    return new S3Error(S3Error.Code.InvalidPart)
        .detail("UploadId", upload.id())
        .detail("PartNumber", Integer.toString(part.number()))
        .detail("ETag", part.etag());
  }

  private static Stored check(UploadName upload, AskedPart part, Optional<ObjectRow> found) {
    ObjectRow row =
        found
            .filter(r -> r.etag().equalsIgnoreCase(part.etag()))
            .orElseThrow(() -> invalid(upload, part));
    Optional<StoredChecksum> checksum = StoredChecksum.of(row.metadata());
    part.checksums()
        .forEach(
            (algorithm, base64) -> {
              boolean other =
                  checksum.filter(c -> c.algorithm() == algorithm).isPresent()
                      && checksum.filter(c -> c.base64().equals(base64)).isEmpty();
              if (other) {
                throw invalid(upload, part);
              }
            });
    Segment segment =
        Segment.whole(
            row.path(), row.etag(), row.sizeBytes(), row.contentType(), row.timestamp().micros());
    boolean vouched = checksum.filter(c -> part.checksums().containsKey(c.algorithm())).isPresent();
    return new Stored(segment, checksum, vouched);
  }

  private Mono<Versions.Version> write(
      S3Request request, UploadName upload, ObjectRow started, List<Stored> parts) {
    List<Segment> segments = parts.stream().map(Stored::segment).toList();
    String etag = AskedPart.etag(segments.stream().map(Segment::etag));
    long size = segments.stream().mapToLong(Segment::length).sum();
    request
        .header("x-amz-mp-object-size")
        .filter(text -> !text.equals(Long.toString(size)))
        .ifPresent(
            text -> {
              throw S3Error.invalidRequest(
                  "The provided 'x-amz-mp-object-size' header does not match what was computed");
            });
    Map<String, String> metadata = new LinkedHashMap<>(started.metadata());
    UploadChecksum.removeFrom(metadata);
    metadata.put(SystemMetadata.MANIFEST, SystemMetadata.MULTIPART);
    metadata.put(SystemMetadata.UPLOAD_ID, upload.id());
    metadata.put(SystemMetadata.ETAG, etag);
    metadata.put(SystemMetadata.SIZE, Long.toString(size));
    checksum(request, started, parts).ifPresent(c -> c.addTo(metadata));
    byte[] json = ManifestCodec.encode(request.bucket().owner(), segments);
    Flux<ByteBuf> body = Flux.defer(() -> Flux.just(Unpooled.wrappedBuffer(json)));
    ObjectPath uploadPath = upload.path(request.container());
    Versions.Source source =
        new Versions.Source(
            OptionalLong.of(json.length),
            body,
            received ->
                new NewObject(
                    received.sizeBytes(),
                    received.md5(),
                    started.contentType(),
                    metadata,
                    Optional.of(uploadPath)));
    Versions.Target target =
        new Versions.Target(
            request.object(), request.bucket().versioning(), WriteCondition.of(request));
    return versions
        .put(target, source)
        .flatMap(result -> WriteCondition.done(versions, request, result));
  }

  /** The checksum of the whole, if the upload was begun with one; it must be what is expected. */
  private static Optional<StoredChecksum> checksum(
      S3Request request, ObjectRow started, List<Stored> parts) {
    Optional<UploadChecksum> wanted = UploadChecksum.of(started.metadata());
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    ChecksumType type = wanted.get().type();
    List<StoredChecksum.Part> checksums = new ArrayList<>();
    for (Stored part : parts) {
      if (type == ChecksumType.COMPOSITE && !part.isVouchedFor()) {
        throw S3Error.invalidRequest(
            "The upload was created using a %s checksum. The complete request must include the checksum for each part."
                .formatted(wanted.get().algorithm()));
      }
      String base64 =
          part.checksum()
              .filter(c -> c.algorithm() == wanted.get().algorithm())
              .map(StoredChecksum::base64)
              .orElseThrow(() -> new S3Error(S3Error.Code.InvalidPart));
      checksums.add(new StoredChecksum.Part(base64, part.segment().length()));
    }
    StoredChecksum whole = StoredChecksum.ofParts(wanted.get().algorithm(), type, checksums);
    Optional<String> given = request.header(whole.algorithm().header());
    given
        .filter(text -> !whole.algorithm().accepts(text.replaceFirst("-[0-9]+$", "")))
        .ifPresent(
            text -> {
              throw S3Error.invalidRequest(
                  "Value for " + whole.algorithm().header() + " header is invalid.");
            });
    given
        .filter(expected -> !whole.base64().equals(expected))
        .filter(expected -> !whole.base64().startsWith(expected + "-"))
        .ifPresent(
            expected -> {
              throw new S3Error(S3Error.Code.BadDigest);
            });
    return Optional.of(whole);
  }
}
