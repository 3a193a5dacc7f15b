package io.virga.objectstore.s3;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.objectstore.manifest.ManifestCodec;
import io.virga.objectstore.manifest.Segment;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.s3.xml.XmlElement;
import io.virga.objectstore.s3.xml.XmlReader;
import io.virga.objectstore.store.Digests;
import io.virga.objectstore.store.NewObject;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Received;
import io.virga.objectstore.store.SystemMetadata;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
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
  private static final int MAXIMUM_PARTS = 10_000;

  private final ObjectStore store;

  Completion(ObjectStore store) {
    this.store = store;
  }

  private record Part(int number, String etag) {}

  Mono<ObjectRow> run(S3Request request, UploadName upload, byte[] body) {
    List<Part> parts = parse(body);
    ObjectPath uploadPath = upload.path(request.container());
    return store
        .object(uploadPath)
        .flatMap(
            found ->
                found.isEmpty()
                    ? alreadyDone(request, upload)
                    : segments(request, upload, parts)
                        .flatMap(segments -> write(request, upload, found.get(), segments)));
  }

  /** A completion that is asked for again, since its reply was lost, succeeds again. */
  private Mono<ObjectRow> alreadyDone(S3Request request, UploadName upload) {
    return store
        .object(request.object())
        .map(
            found ->
                found
                    .filter(
                        row ->
                            row.metadata(SystemMetadata.UPLOAD_ID)
                                .filter(upload.id()::equals)
                                .isPresent())
                    .orElseThrow(() -> new S3Error(S3Error.Code.NoSuchUpload)));
  }

  private static List<Part> parse(byte[] body) {
    XmlElement root =
        XmlReader.read(body)
            .filter(r -> r.name().equals("CompleteMultipartUpload"))
            .orElseThrow(() -> new S3Error(S3Error.Code.MalformedXML));
    List<Part> parts = new ArrayList<>();
    int previous = 0;
    for (XmlElement element : root.all("Part")) {
      String number = element.textOf("PartNumber").map(String::strip).orElse("");
      String etag = element.textOf("ETag").map(e -> e.strip().replace("\"", "")).orElse("");
      if (!number.matches("[0-9]{1,5}") || etag.isEmpty()) {
        throw new S3Error(S3Error.Code.MalformedXML);
      }
      Part part = new Part(Integer.parseInt(number), etag);
      if (part.number() <= previous) {
        throw new S3Error(S3Error.Code.InvalidPartOrder);
      }
      previous = part.number();
      parts.add(part);
    }
    if (parts.isEmpty() || parts.size() > MAXIMUM_PARTS) {
      throw new S3Error(S3Error.Code.MalformedXML);
    }
    return parts;
  }

  private Mono<List<Segment>> segments(S3Request request, UploadName upload, List<Part> parts) {
    return Flux.fromIterable(parts)
        .flatMapSequential(
            part ->
                store
                    .object(SystemMetadata.part(request.container(), upload.id(), part.number()))
                    .map(row -> segment(part, row)),
            CHECKS_AT_ONCE)
        .collectList()
        .doOnNext(
            segments -> {
              for (Segment segment : segments.subList(0, segments.size() - 1)) {
                if (segment.length() < MINIMUM_PART_BYTES) {
                  throw new S3Error(S3Error.Code.EntityTooSmall);
                }
              }
            });
  }

  private static Segment segment(Part part, Optional<ObjectRow> found) {
    ObjectRow row =
        found
            .filter(r -> r.etag().equalsIgnoreCase(part.etag()))
            .orElseThrow(() -> new S3Error(S3Error.Code.InvalidPart));
    return Segment.whole(
        row.path(), row.etag(), row.sizeBytes(), row.contentType(), row.timestamp().micros());
  }

  private Mono<ObjectRow> write(
      S3Request request, UploadName upload, ObjectRow started, List<Segment> segments) {
    MessageDigest md5 = Digests.md5();
    segments.forEach(segment -> md5.update(HexFormat.of().parseHex(segment.etag())));
    String etag = HexFormat.of().formatHex(md5.digest()) + "-" + segments.size();
    long size = segments.stream().mapToLong(Segment::length).sum();
    Map<String, String> metadata = new LinkedHashMap<>(started.metadata());
    metadata.put(SystemMetadata.MANIFEST, SystemMetadata.MULTIPART);
    metadata.put(SystemMetadata.UPLOAD_ID, upload.id());
    metadata.put(SystemMetadata.ETAG, etag);
    metadata.put(SystemMetadata.SIZE, Long.toString(size));
    byte[] json = ManifestCodec.encode(request.account(), segments);
    Flux<ByteBuf> body = Flux.defer(() -> Flux.just(Unpooled.wrappedBuffer(json)));
    return store
        .receive(
            request.object(),
            OptionalLong.of(json.length),
            body,
            received -> {
              NewObject object = manifest(request, upload, started, metadata, received);
              return store.put(
                  request.object(),
                  object,
                  received.content(),
                  ObjectOperations.condition(request));
            })
        .map(ObjectOperations::done);
  }

  private static NewObject manifest(
      S3Request request,
      UploadName upload,
      ObjectRow started,
      Map<String, String> metadata,
      Received received) {
    return new NewObject(
        received.sizeBytes(),
        received.md5(),
        started.contentType(),
        metadata,
        Optional.of(upload.path(request.container())));
  }
}
