package io.virga.objectstore.s3.multipart;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.http.BodyCollector;
import io.virga.objectstore.http.ByteRange;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.manifest.Readable;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.s3.acl.Access;
import io.virga.objectstore.s3.acl.Permission;
import io.virga.objectstore.s3.checksum.Checksum;
import io.virga.objectstore.s3.checksum.ChecksumAlgorithm;
import io.virga.objectstore.s3.checksum.StoredChecksum;
import io.virga.objectstore.s3.object.CopyOperation;
import io.virga.objectstore.s3.object.CopySource;
import io.virga.objectstore.s3.object.ObjectFinder;
import io.virga.objectstore.s3.object.ObjectWrites;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.s3.protocol.S3Text;
import io.virga.objectstore.s3.xml.XmlWriter;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import io.virga.objectstore.store.SystemMetadata;
import io.virga.objectstore.versions.Versions;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Multipart uploads. Parts are objects in a hidden container, until a manifest names them. */
public final class MultipartOperations {

  private static final int MAXIMUM_PARTS = 10_000;
  private static final int MAXIMUM_COMPLETION_BYTES = 4 << 20;
  private static final String PART_TYPE = "application/octet-stream";

  private final ObjectStore store;
  private final CopySource sources;
  private final Completion completion;

  public MultipartOperations(ObjectStore store, Versions versions, CopySource sources) {
    this.store = store;
    this.sources = sources;
    this.completion = new Completion(store, versions);
  }

  private Mono<ObjectRow> requireUpload(S3Request request) {
    return store
        .object(UploadName.of(request).path(request.container()))
        .map(row -> row.orElseThrow(() -> new S3Error(S3Error.Code.NoSuchUpload)));
  }

  private static ObjectPath partPath(S3Request request) {
    String text = request.query().text("partNumber");
    int number = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
    if (number < 1 || number > MAXIMUM_PARTS) {
      throw S3Error.invalidArgument(
          "Part number must be an integer between 1 and 10000, inclusive");
    }
    return SystemMetadata.part(request.container(), UploadName.of(request).id(), number);
  }

  public Mono<Reply> putPart(S3Request request) {
    Access.require(request, Permission.WRITE);
    OptionalLong length = request.body().length();
    ObjectWrites.requireLength(length);
    ObjectPath path = partPath(request);
    return requireUpload(request)
        .flatMap(
            upload -> {
              algorithm(upload).ifPresent(request.body()::want);
              return receive(path, length, request.body().bytes(), request.body()::checksum);
            })
        .map(
            row -> {
              Reply reply = Reply.of(200).header("ETag", S3Text.quoted(row.etag()));
              StoredChecksum.of(row.metadata())
                  .ifPresent(c -> reply.header(c.algorithm().header(), c.base64()));
              return reply;
            });
  }

  private static Optional<ChecksumAlgorithm> algorithm(ObjectRow upload) {
    return UploadChecksum.of(upload.metadata()).map(UploadChecksum::algorithm);
  }

  private Mono<ObjectRow> receive(
      ObjectPath path,
      OptionalLong length,
      Flux<ByteBuf> body,
      Supplier<Optional<StoredChecksum>> checksum) {
    return store
        .receive(
            path,
            length,
            body,
            received ->
                store.put(
                    path,
                    ObjectWrites.object(received, PART_TYPE, Map.of(), checksum),
                    received.content(),
                    Condition.NONE))
        .map(
            result -> {
              if (result instanceof Result.Done<ObjectRow>(ObjectRow row)) {
                return row;
              }
              throw new S3Error(S3Error.Code.NoSuchUpload);
            });
  }

  public Mono<Reply> copyPart(S3Request request) {
    Access.require(request, Permission.WRITE);
    ObjectPath path = partPath(request);
    return requireUpload(request)
        .flatMap(
            upload ->
                sources.using(
                    request, source -> copyPart(request, path, source, algorithm(upload))));
  }

  private Mono<Reply> copyPart(
      S3Request request,
      ObjectPath path,
      CopySource.Source source,
      Optional<ChecksumAlgorithm> algorithm) {
    Readable readable = source.readable();
    Optional<Checksum> checksum = algorithm.map(ChecksumAlgorithm::start);
    Optional<ByteRange> range = range(request, readable.size());
    Flux<ByteBuf> bytes = range.map(readable::bytes).orElse(Flux.empty());
    return receive(
            path,
            OptionalLong.of(range.map(ByteRange::length).orElse(0L)),
            checksum.map(c -> bytes.doOnNext(c::update)).orElse(bytes),
            () -> algorithm.flatMap(a -> checksum.map(c -> StoredChecksum.full(a, c.base64()))))
        .map(
            row -> {
              Reply reply = S3Text.reply(CopyOperation.result("CopyPartResult", row));
              CopyOperation.tellSource(reply, source);
              return reply;
            });
  }

  private static Optional<ByteRange> range(S3Request request, long size) {
    Optional<String> header = request.header("x-amz-copy-source-range");
    if (header.isEmpty()) {
      return size == 0 ? Optional.empty() : Optional.of(new ByteRange(0, size - 1));
    }
    if (!header.get().matches("bytes=[0-9]{1,18}-[0-9]{1,18}")) {
      throw S3Error.invalidArgument(
          "The x-amz-copy-source-range value must be of the form bytes=first-last");
    }
    String[] ends = header.get().substring("bytes=".length()).split("-", 2);
    ByteRange range = new ByteRange(Long.parseLong(ends[0]), Long.parseLong(ends[1]));
    if (range.first() > range.last() || range.last() >= size) {
      throw new S3Error(S3Error.Code.InvalidRange);
    }
    return Optional.of(range);
  }

  public Mono<Reply> complete(S3Request request) {
    Access.require(request, Permission.WRITE);
    UploadName upload = UploadName.of(request);
    return BodyCollector.collect(request.body().bytes(), MAXIMUM_COMPLETION_BYTES)
        .flatMap(body -> completion.run(request, upload, body))
        .map(version -> completed(request, version));
  }

  private static Reply completed(S3Request request, Versions.Version version) {
    XmlWriter xml = XmlWriter.of("CompleteMultipartUploadResult");
    xml.text("Location", request.http().base() + request.http().rawPath());
    xml.text("Bucket", request.bucketName()).text("Key", request.key());
    xml.text("ETag", S3Text.quoted(SystemMetadata.shownEtag(version.row())));
    StoredChecksum.of(version.row().metadata())
        .ifPresent(
            c -> {
              xml.text(c.algorithm().element(), c.base64());
              xml.text("ChecksumType", c.type().name());
            });
    return ObjectFinder.tellWritten(S3Text.reply(xml), version.id());
  }

  public Mono<Reply> abort(S3Request request) {
    Access.require(request, Permission.WRITE);
    UploadName upload = UploadName.of(request);
    return store
        .abort(request.container(), upload.path(request.container()), upload.id())
        .map(
            result -> {
              if (result instanceof Result.Refused<ObjectRow>) {
                throw new S3Error(S3Error.Code.NoSuchUpload);
              }
              return Reply.of(204);
            });
  }
}
