package io.virga.objectstore.s3;

import io.virga.objectstore.http.Query;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.UriText;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.s3.xml.XmlWriter;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.SystemMetadata;
import java.util.List;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/** Listings: objects in both versions, versions (there is one of each object), and uploads. */
final class ListOperations {

  private static final int MAXIMUM_KEYS = 1000;

  private final ObjectStore store;

  ListOperations(ObjectStore store) {
    this.store = store;
  }

  /** What all listings have in common. */
  private record Asked(String prefix, String delimiter, int maximum, boolean encoded) {

    static Asked of(Query query, String maximumName) {
      String encoding = query.text("encoding-type");
      if (!encoding.isEmpty() && !encoding.equals("url")) {
        throw S3Error.invalidArgument("encoding-type must be url, not " + encoding);
      }
      int maximum = query.get(maximumName).map(S3Text::number).orElse(MAXIMUM_KEYS);
      return new Asked(
          query.text("prefix"),
          query.text("delimiter"),
          Math.min(maximum, MAXIMUM_KEYS),
          !encoding.isEmpty());
    }

    ListingQuery from(String marker) {
      return new ListingQuery(prefix, delimiter, marker, "", maximum, false);
    }

    UnaryOperator<String> text() {
      return encoded ? name -> UriText.encode(name, true) : UnaryOperator.identity();
    }
  }

  Mono<Reply> objects(S3Request request) {
    String type = request.query().text("list-type");
    if (!type.isEmpty() && !type.equals("2")) {
      throw S3Error.invalidArgument("list-type must be 2, not " + type);
    }
    return type.isEmpty() ? first(request) : second(request);
  }

  private Mono<Reply> first(S3Request request) {
    Asked asked = Asked.of(request.query(), "max-keys");
    String marker = request.query().text("marker");
    return page(request, asked, marker)
        .map(
            page -> {
              XmlWriter xml = begin("ListBucketResult", request, asked);
              xml.text("Marker", asked.text().apply(marker));
              xml.flag("IsTruncated", isTruncated(page, asked));
              if (isTruncated(page, asked)) {
                xml.text("NextMarker", asked.text().apply(last(page)));
              }
              contents(xml, request, asked, page, true);
              return Reply.bytes(200, "application/xml", xml.toBytes());
            });
  }

  private Mono<Reply> second(S3Request request) {
    Asked asked = Asked.of(request.query(), "max-keys");
    String token = request.query().text("continuation-token");
    String after = request.query().text("start-after");
    String marker = token.isEmpty() ? after : S3Text.decodeToken(token);
    boolean owner = request.query().text("fetch-owner").equals("true");
    return page(request, asked, marker)
        .map(
            page -> {
              XmlWriter xml = begin("ListBucketResult", request, asked);
              xml.number("KeyCount", page.items().size());
              xml.flag("IsTruncated", isTruncated(page, asked));
              if (!token.isEmpty()) {
                xml.text("ContinuationToken", token);
              }
              if (!after.isEmpty()) {
                xml.text("StartAfter", asked.text().apply(after));
              }
              if (isTruncated(page, asked)) {
                xml.text("NextContinuationToken", S3Text.encodeToken(last(page)));
              }
              contents(xml, request, asked, page, owner);
              return Reply.bytes(200, "application/xml", xml.toBytes());
            });
  }

  Mono<Reply> versions(S3Request request) {
    Asked asked = Asked.of(request.query(), "max-keys");
    String marker = request.query().text("key-marker");
    return page(request, asked, marker)
        .map(
            page -> {
              XmlWriter xml = begin("ListVersionsResult", request, asked);
              xml.text("KeyMarker", asked.text().apply(marker)).text("VersionIdMarker", "");
              xml.flag("IsTruncated", isTruncated(page, asked));
              if (isTruncated(page, asked)) {
                xml.text("NextKeyMarker", asked.text().apply(last(page)));
                xml.text("NextVersionIdMarker", "null");
              }
              for (ListingPage.Item<ListingRow> item : page.items()) {
                if (item instanceof ListingPage.Named<ListingRow>(String name, ListingRow row)) {
                  xml.open("Version").text("Key", asked.text().apply(name));
                  xml.text("VersionId", "null").flag("IsLatest", true);
                  row(xml, row);
                  S3Text.owner(xml, request.account());
                  xml.close();
                }
              }
              prefixes(xml, asked, page);
              return Reply.bytes(200, "application/xml", xml.toBytes());
            });
  }

  Mono<Reply> uploads(S3Request request) {
    Asked asked = Asked.of(request.query(), "max-uploads");
    String keyMarker = request.query().text("key-marker");
    String idMarker = request.query().text("upload-id-marker");
    String marker =
        keyMarker.isEmpty() ? "" : keyMarker + "/" + (idMarker.isEmpty() ? "~" : idMarker);
    return page(request, asked, "")
        .then(store.listObjects(SystemMetadata.uploadsOf(request.container()), asked.from(marker)))
        .map(
            found -> {
              ListingPage<ListingRow> page =
                  found.map(ObjectStore.Listing::page).orElse(new ListingPage<>(List.of(), false));
              XmlWriter xml = XmlWriter.of("ListMultipartUploadsResult");
              xml.text("Bucket", request.bucket()).text("KeyMarker", keyMarker);
              xml.text("UploadIdMarker", idMarker).number("MaxUploads", asked.maximum());
              xml.flag("IsTruncated", page.truncated());
              if (page.truncated()) {
                UploadName next = UploadName.parse(last(page));
                xml.text("NextKeyMarker", next.key()).text("NextUploadIdMarker", next.id());
              }
              for (ListingPage.Item<ListingRow> item : page.items()) {
                if (item instanceof ListingPage.Named<ListingRow>(String name, ListingRow row)) {
                  UploadName upload = UploadName.parse(name);
                  xml.open("Upload").text("Key", asked.text().apply(upload.key()));
                  xml.text("UploadId", upload.id());
                  S3Text.owner(xml, request.account());
                  xml.text("StorageClass", "STANDARD");
                  xml.text("Initiated", S3Text.time(row.timestamp())).close();
                }
              }
              prefixes(xml, asked, page);
              return Reply.bytes(200, "application/xml", xml.toBytes());
            });
  }

  private Mono<ListingPage<ListingRow>> page(S3Request request, Asked asked, String marker) {
    return store
        .listObjects(request.container(), asked.from(marker))
        .map(found -> found.orElseThrow(() -> new S3Error(S3Error.Code.NoSuchBucket)).page());
  }

  private static boolean isTruncated(ListingPage<?> page, Asked asked) {
    return page.truncated() && asked.maximum() > 0;
  }

  private static String last(ListingPage<?> page) {
    return page.items().getLast().name();
  }

  private static XmlWriter begin(String root, S3Request request, Asked asked) {
    XmlWriter xml = XmlWriter.of(root).text("Name", request.bucket());
    xml.text("Prefix", asked.text().apply(asked.prefix()));
    if (!asked.delimiter().isEmpty()) {
      xml.text("Delimiter", asked.text().apply(asked.delimiter()));
    }
    xml.number("MaxKeys", asked.maximum());
    if (asked.encoded()) {
      xml.text("EncodingType", "url");
    }
    return xml;
  }

  private static void contents(
      XmlWriter xml, S3Request request, Asked asked, ListingPage<ListingRow> page, boolean owner) {
    for (ListingPage.Item<ListingRow> item : page.items()) {
      if (item instanceof ListingPage.Named<ListingRow>(String name, ListingRow row)) {
        xml.open("Contents").text("Key", asked.text().apply(name));
        row(xml, row);
        if (owner) {
          S3Text.owner(xml, request.account());
        }
        xml.close();
      }
    }
    prefixes(xml, asked, page);
  }

  private static void row(XmlWriter xml, ListingRow row) {
    xml.text("LastModified", S3Text.time(row.timestamp()));
    xml.text("ETag", S3Text.quoted(row.etag()));
    xml.number("Size", row.sizeBytes()).text("StorageClass", "STANDARD");
  }

  private static void prefixes(XmlWriter xml, Asked asked, ListingPage<ListingRow> page) {
    for (ListingPage.Item<ListingRow> item : page.items()) {
      if (item instanceof ListingPage.Rolled<ListingRow>(String name)) {
        xml.open("CommonPrefixes").text("Prefix", asked.text().apply(name)).close();
      }
    }
  }
}
