package io.virga.objectstore.s3.multipart;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.s3.acl.Access;
import io.virga.objectstore.s3.acl.Permission;
import io.virga.objectstore.s3.checksum.StoredChecksum;
import io.virga.objectstore.s3.listing.ListParameters;
import io.virga.objectstore.s3.protocol.Bucket;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.s3.protocol.S3Text;
import io.virga.objectstore.s3.xml.XmlWriter;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.SystemMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** ListMultipartUploads and ListParts. */
public final class UploadListings {

  private static final int MAXIMUM = 1000;
  private static final int AT_ONCE = 32;

  private final ObjectStore store;

  public UploadListings(ObjectStore store) {
    this.store = store;
  }

  public Mono<Reply> uploads(S3Request request) {
    Access.require(request, Permission.READ);
    ListParameters asked = ListParameters.of(request.query(), "max-uploads");
    String keyMarker = request.query().text("key-marker");
    String idMarker = request.query().text("upload-id-marker");
    boolean rolled =
        !asked.delimiter().isEmpty()
            && keyMarker.startsWith(asked.prefix())
            && keyMarker.indexOf(asked.delimiter(), asked.prefix().length()) >= 0;
    String marker =
        keyMarker.isEmpty() || rolled ? keyMarker : UploadName.marker(keyMarker, idMarker);
    ListingQuery query =
        new ListingQuery(asked.prefix(), asked.delimiter(), marker, "", asked.maximum(), false);
    return store
        .listObjects(SystemMetadata.uploadsOf(request.container()), query)
        .map(UploadListings::page)
        .flatMap(
            page ->
                owners(request, page)
                    .map(
                        owners -> {
                          XmlWriter xml = XmlWriter.of("ListMultipartUploadsResult");
                          xml.text("Bucket", request.bucketName());
                          xml.text("KeyMarker", asked.shown(keyMarker));
                          xml.text("UploadIdMarker", idMarker);
                          asked.writePrefix(xml);
                          asked.writeBounds(xml, "MaxUploads");
                          boolean truncated = page.truncated() && asked.maximum() > 0;
                          xml.flag("IsTruncated", truncated);
                          if (truncated) {
                            next(xml, asked, page.items().getLast());
                          }
                          page.items().forEach(item -> upload(xml, owners, asked, item));
                          return S3Text.reply(xml);
                        }));
  }

  /** The owners of uploads by their names, looked up only where others than one may write. */
  private Mono<Function<String, String>> owners(S3Request request, ListingPage<ListingRow> page) {
    String owner = request.bucket().owner();
    if (request.bucket().metadata(Bucket.ACL).isEmpty()) {
      return Mono.just(name -> owner);
    }
    ContainerPath uploads = SystemMetadata.uploadsOf(request.container());
    return Flux.fromIterable(page.items())
        .map(ListingPage.Item::name)
        .flatMap(name -> store.object(uploads.object(name)), AT_ONCE)
        .flatMap(Mono::justOrEmpty)
        .collectMap(row -> row.path().object(), row -> Access.of(request.bucket(), row).owner())
        .map(owners -> name -> owners.getOrDefault(name, owner));
  }

  private static ListingPage<ListingRow> page(Optional<ObjectStore.Listing> found) {
    return found.map(ObjectStore.Listing::page).orElse(new ListingPage<>(List.of(), false));
  }

  private static void next(XmlWriter xml, ListParameters asked, ListingPage.Item<ListingRow> last) {
    switch (last) {
      case ListingPage.Rolled<ListingRow>(String name) ->
          xml.text("NextKeyMarker", asked.shown(name)).text("NextUploadIdMarker", "");
      case ListingPage.Named<ListingRow>(String name, ListingRow row) -> {
        UploadName upload = UploadName.parse(name);
        xml.text("NextKeyMarker", asked.shown(upload.key()));
        xml.text("NextUploadIdMarker", upload.id());
      }
    }
  }

  private static void upload(
      XmlWriter xml,
      Function<String, String> owners,
      ListParameters asked,
      ListingPage.Item<ListingRow> item) {
    switch (item) {
      case ListingPage.Rolled<ListingRow>(String name) -> asked.rolled(xml, name);
      case ListingPage.Named<ListingRow>(String name, ListingRow row) -> {
        UploadName upload = UploadName.parse(name);
        xml.open("Upload").text("Key", asked.shown(upload.key())).text("UploadId", upload.id());
        people(xml, owners.apply(name));
        xml.text("StorageClass", "STANDARD");
        xml.text("Initiated", S3Text.time(row.timestamp())).close();
      }
    }
  }

  private static void people(XmlWriter xml, String owner) {
    xml.open("Initiator").text("ID", owner).text("DisplayName", owner).close();
    S3Text.owner(xml, owner);
  }

  /** A part as it is listed. */
  private record Listed(int number, ListingRow row, Optional<StoredChecksum> checksum) {
    private Listed with(Optional<StoredChecksum> known) {
      return new Listed(number, row, known);
    }
  }

  public Mono<Reply> parts(S3Request request) {
    Access.require(request, Permission.WRITE);
    UploadName upload = UploadName.of(request);
    int marker = number(request, "part-number-marker", 0);
    int maximum = Math.min(number(request, "max-parts", MAXIMUM), MAXIMUM);
    String from = marker == 0 ? "" : "%s/%05d".formatted(upload.id(), marker);
    ListingQuery query = ListingQuery.of(upload.id() + "/", from, maximum);
    return store
        .object(upload.path(request.container()))
        .map(row -> row.orElseThrow(() -> new S3Error(S3Error.Code.NoSuchUpload)))
        .flatMap(
            started ->
                store
                    .listObjects(SystemMetadata.partsOf(request.container()), query)
                    .map(UploadListings::page)
                    .flatMap(
                        page ->
                            listed(request, upload, started, page)
                                .map(
                                    parts -> {
                                      XmlWriter xml = head(request, upload, started);
                                      xml.number("PartNumberMarker", marker);
                                      int last =
                                          parts.isEmpty() ? marker : parts.getLast().number();
                                      xml.number("NextPartNumberMarker", last);
                                      xml.number("MaxParts", maximum);
                                      xml.flag("IsTruncated", page.truncated() && maximum > 0);
                                      parts.forEach(part -> part(xml, part));
                                      return S3Text.reply(xml);
                                    })));
  }

  private static int number(S3Request request, String name, int otherwise) {
    return request.query().get(name).map(text -> S3Text.number(name, text)).orElse(otherwise);
  }

  /** Checksums are looked up only for an upload that has them. */
  private Mono<List<Listed>> listed(
      S3Request request, UploadName upload, ObjectRow started, ListingPage<ListingRow> page) {
    List<Listed> parts = new ArrayList<>();
    for (ListingPage.Item<ListingRow> item : page.items()) {
      if (item instanceof ListingPage.Named<ListingRow>(String name, ListingRow row)) {
        int number = Integer.parseInt(name.substring(name.lastIndexOf('/') + 1));
        parts.add(new Listed(number, row, Optional.empty()));
      }
    }
    if (UploadChecksum.of(started.metadata()).isEmpty()) {
      return Mono.just(parts);
    }
    return Flux.fromIterable(parts)
        .flatMapSequential(
            part ->
                store
                    .object(SystemMetadata.part(request.container(), upload.id(), part.number()))
                    .map(row -> part.with(row.flatMap(r -> StoredChecksum.of(r.metadata())))),
            AT_ONCE)
        .collectList();
  }

  private static XmlWriter head(S3Request request, UploadName upload, ObjectRow started) {
    XmlWriter xml = XmlWriter.of("ListPartsResult");
    xml.text("Bucket", request.bucketName()).text("Key", request.key());
    xml.text("UploadId", upload.id());
    people(xml, Access.of(request.bucket(), started).owner());
    xml.text("StorageClass", "STANDARD");
    UploadChecksum.of(started.metadata())
        .ifPresent(
            c -> {
              xml.text("ChecksumAlgorithm", c.algorithm().name());
              xml.text("ChecksumType", c.type().name());
            });
    return xml;
  }

  private static void part(XmlWriter xml, Listed part) {
    xml.open("Part").number("PartNumber", part.number());
    xml.text("LastModified", S3Text.time(part.row().timestamp()));
    xml.text("ETag", S3Text.quoted(part.row().etag())).number("Size", part.row().sizeBytes());
    part.checksum().ifPresent(c -> xml.text(c.algorithm().element(), c.base64()));
    xml.close();
  }
}
