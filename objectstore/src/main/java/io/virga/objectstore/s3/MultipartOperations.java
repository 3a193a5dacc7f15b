package io.virga.objectstore.s3;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.http.BodyCollector;
import io.virga.objectstore.http.ByteRange;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.manifest.Readable;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.s3.xml.XmlWriter;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.NewObject;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import io.virga.objectstore.store.SystemMetadata;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Multipart uploads. Parts are objects in a hidden container, until a manifest names them. */
final class MultipartOperations {

  private static final int MAXIMUM_PARTS = 10_000;
  private static final int ID_BYTES = 16;
  private static final int MAXIMUM_COMPLETION_BYTES = 4 << 20;

  private final ObjectStore store;
  private final CopyOperation copies;
  private final Completion completion;
  private final SecureRandom random = new SecureRandom();

  MultipartOperations(ObjectStore store, CopyOperation copies) {
    this.store = store;
    this.copies = copies;
    this.completion = new Completion(store);
  }

  Mono<Reply> create(S3Request request) {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    UploadName upload = new UploadName(request.key(), HexFormat.of().formatHex(id));
    Map<String, String> metadata = ObjectHeaders.metadata(request);
    String type = ObjectHeaders.contentType(request);
    ObjectPath path = upload.path(request.container());
    return store
        .container(request.container())
        .flatMap(
            row -> {
              if (row.isEmpty()) {
                throw new S3Error(S3Error.Code.NoSuchBucket);
              }
              return store.putContainer(
                  SystemMetadata.uploadsOf(request.container()), before -> before, false);
            })
        .then(
            store.putContainer(
                SystemMetadata.partsOf(request.container()), before -> before, false))
        .then(
            store.receive(
                path,
                OptionalLong.of(0),
                Flux.empty(),
                received ->
                    store.put(
                        path,
                        NewObject.of(received, type, metadata),
                        received.content(),
                        Condition.NONE)))
        .map(
            result -> {
              XmlWriter xml = XmlWriter.of("InitiateMultipartUploadResult");
              xml.text("Bucket", request.bucket()).text("Key", request.key());
              xml.text("UploadId", upload.id());
              return Reply.bytes(200, "application/xml", xml.toBytes());
            });
  }

  private static UploadName upload(S3Request request) {
    String id = request.query().text("uploadId");
    if (!id.matches("[0-9a-f]{32}")) {
      throw new S3Error(S3Error.Code.NoSuchUpload);
    }
    return new UploadName(request.key(), id);
  }

  private Mono<ObjectRow> requireUpload(S3Request request) {
    return store
        .object(upload(request).path(request.container()))
        .map(row -> row.orElseThrow(() -> new S3Error(S3Error.Code.NoSuchUpload)));
  }

  private static ObjectPath partPath(S3Request request) {
    String text = request.query().text("partNumber");
    int number = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
    if (number < 1 || number > MAXIMUM_PARTS) {
      throw S3Error.invalidArgument("Part number must be a number from 1 to " + MAXIMUM_PARTS);
    }
    return SystemMetadata.part(request.container(), upload(request).id(), number);
  }

  Mono<Reply> putPart(S3Request request) {
    ObjectOperations.requireLength(request);
    ObjectPath path = partPath(request);
    return requireUpload(request)
        .then(Mono.defer(() -> receive(path, request.length(), request.body())))
        .map(row -> Reply.of(200).header("ETag", S3Text.quoted(row.etag())));
  }

  private Mono<ObjectRow> receive(ObjectPath path, OptionalLong length, Flux<ByteBuf> body) {
    return store
        .receive(
            path,
            length,
            body,
            received ->
                store.put(
                    path,
                    NewObject.of(received, "application/octet-stream", Map.of()),
                    received.content(),
                    Condition.NONE))
        .map(ObjectOperations::done);
  }

  Mono<Reply> copyPart(S3Request request) {
    ObjectPath path = partPath(request);
    return requireUpload(request)
        .then(
            Mono.defer(
                () -> copies.usingSource(request, source -> copyPart(request, path, source))))
        .map(
            row ->
                Reply.bytes(
                    200, "application/xml", CopyOperation.result("CopyPartResult", row).toBytes()));
  }

  private Mono<ObjectRow> copyPart(S3Request request, ObjectPath path, Readable source) {
    Optional<String> range = request.header("x-amz-copy-source-range");
    if (range.isEmpty()) {
      Flux<ByteBuf> all =
          source.size() == 0 ? Flux.empty() : source.bytes(new ByteRange(0, source.size() - 1));
      return receive(path, OptionalLong.of(source.size()), all);
    }
    return switch (ByteRange.parse(range, source.size())) {
      case ByteRange.Part(ByteRange part) ->
          receive(path, OptionalLong.of(part.length()), source.bytes(part));
      case ByteRange.Everything(), ByteRange.Unsatisfiable() ->
          throw S3Error.invalidArgument("The source has no range " + range.get());
    };
  }

  Mono<Reply> complete(S3Request request) {
    UploadName upload = upload(request);
    return BodyCollector.collect(request.body(), MAXIMUM_COMPLETION_BYTES)
        .flatMap(body -> completion.run(request, upload, body))
        .map(
            row -> {
              XmlWriter xml = XmlWriter.of("CompleteMultipartUploadResult");
              String host = request.header("host").orElse("localhost");
              String path = request.http().rawPath();
              xml.text("Location", "http://" + host + path);
              xml.text("Bucket", request.bucket()).text("Key", request.key());
              xml.text("ETag", S3Text.quoted(SystemMetadata.shownEtag(row)));
              return Reply.bytes(200, "application/xml", xml.toBytes());
            });
  }

  Mono<Reply> abort(S3Request request) {
    UploadName upload = upload(request);
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

  Mono<Reply> listParts(S3Request request) {
    UploadName upload = upload(request);
    int marker = request.query().get("part-number-marker").map(S3Text::number).orElse(0);
    int asked = request.query().get("max-parts").map(S3Text::number).orElse(1000);
    int maximum = Math.min(asked, 1000);
    String from = marker == 0 ? "" : "%s/%05d".formatted(upload.id(), marker);
    ListingQuery query = ListingQuery.of(upload.id() + "/", from, maximum);
    return requireUpload(request)
        .then(store.listObjects(SystemMetadata.partsOf(request.container()), query))
        .map(
            found -> {
              ListingPage<ListingRow> page =
                  found.map(ObjectStore.Listing::page).orElse(new ListingPage<>(List.of(), false));
              return partsReply(request, upload, page, new Window(marker, maximum));
            });
  }

  private record Window(int marker, int maximum) {}

  private static Reply partsReply(
      S3Request request, UploadName upload, ListingPage<ListingRow> page, Window window) {
    Map<Integer, ListingRow> parts = new LinkedHashMap<>();
    int last = window.marker();
    for (ListingPage.Item<ListingRow> item : page.items()) {
      if (item instanceof ListingPage.Named<ListingRow>(String name, ListingRow row)) {
        last = Integer.parseInt(name.substring(name.lastIndexOf('/') + 1));
        parts.put(last, row);
      }
    }
    XmlWriter xml = XmlWriter.of("ListPartsResult");
    xml.text("Bucket", request.bucket()).text("Key", request.key()).text("UploadId", upload.id());
    S3Text.owner(xml, request.account());
    xml.text("StorageClass", "STANDARD").number("PartNumberMarker", window.marker());
    xml.number("NextPartNumberMarker", last).number("MaxParts", window.maximum());
    xml.flag("IsTruncated", page.truncated());
    parts.forEach(
        (number, row) -> {
          xml.open("Part").number("PartNumber", number);
          xml.text("LastModified", S3Text.time(row.timestamp()));
          xml.text("ETag", S3Text.quoted(row.etag())).number("Size", row.sizeBytes()).close();
        });
    return Reply.bytes(200, "application/xml", xml.toBytes());
  }
}
