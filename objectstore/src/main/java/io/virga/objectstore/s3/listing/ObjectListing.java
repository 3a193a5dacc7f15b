package io.virga.objectstore.s3.listing;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.s3.acl.Access;
import io.virga.objectstore.s3.acl.Permission;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.s3.protocol.S3Text;
import io.virga.objectstore.s3.xml.XmlWriter;
import io.virga.objectstore.store.ObjectStore;
import reactor.core.publisher.Mono;

/** ListObjects in both versions. */
public final class ObjectListing {

  private final ObjectStore store;

  public ObjectListing(ObjectStore store) {
    this.store = store;
  }

  public Mono<Reply> list(S3Request request) {
    Access.require(request, Permission.READ);
    String type = request.query().text("list-type");
    if (!type.isEmpty() && !type.equals("2")) {
      throw S3Error.invalidArgument("list-type must be 2, not " + type);
    }
    return type.isEmpty() ? first(request) : second(request);
  }

  private Mono<Reply> first(S3Request request) {
    ListParameters asked = ListParameters.of(request.query(), "max-keys");
    String marker = request.query().text("marker");
    return page(request, asked, marker)
        .map(
            page -> {
              XmlWriter xml = begin(request, asked);
              xml.text("Marker", asked.shown(marker));
              if (isTruncated(page, asked) && !asked.delimiter().isEmpty()) {
                xml.text("NextMarker", asked.shown(last(page)));
              }
              asked.writeBounds(xml, "MaxKeys");
              xml.flag("IsTruncated", isTruncated(page, asked));
              contents(xml, request, asked, page, true);
              return S3Text.reply(xml);
            });
  }

  private Mono<Reply> second(S3Request request) {
    ListParameters asked = ListParameters.of(request.query(), "max-keys");
    String token = request.query().text("continuation-token");
    String after = request.query().text("start-after");
    String marker = token.isEmpty() ? after : S3Text.decodeToken(token);
    boolean owner = request.query().text("fetch-owner").equals("true");
    return page(request, asked, marker)
        .map(
            page -> {
              XmlWriter xml = begin(request, asked);
              if (isTruncated(page, asked)) {
                xml.text("NextContinuationToken", S3Text.encodeToken(last(page)));
              }
              if (request.query().has("continuation-token")) {
                xml.text("ContinuationToken", token);
              }
              if (request.query().has("start-after")) {
                xml.text("StartAfter", asked.shown(after));
              }
              xml.number("KeyCount", page.items().size());
              asked.writeBounds(xml, "MaxKeys");
              xml.flag("IsTruncated", isTruncated(page, asked));
              contents(xml, request, asked, page, owner);
              return S3Text.reply(xml);
            });
  }

  private Mono<ListingPage<ListingRow>> page(
      S3Request request, ListParameters asked, String marker) {
    ListingQuery query =
        new ListingQuery(asked.prefix(), asked.delimiter(), marker, "", asked.maximum(), false);
    return store
        .listObjects(request.container(), query)
        .map(found -> found.orElseThrow(() -> new S3Error(S3Error.Code.NoSuchBucket)).page());
  }

  private static boolean isTruncated(ListingPage<?> page, ListParameters asked) {
    return page.truncated() && asked.maximum() > 0;
  }

  private static String last(ListingPage<?> page) {
    return page.items().getLast().name();
  }

  private static XmlWriter begin(S3Request request, ListParameters asked) {
    XmlWriter xml = XmlWriter.of("ListBucketResult").text("Name", request.bucketName());
    asked.writePrefix(xml);
    return xml;
  }

  private static void contents(
      XmlWriter xml,
      S3Request request,
      ListParameters asked,
      ListingPage<ListingRow> page,
      boolean owner) {
    for (ListingPage.Item<ListingRow> item : page.items()) {
      switch (item) {
        case ListingPage.Named<ListingRow>(String name, ListingRow row) -> {
          xml.open("Contents").text("Key", asked.shown(name));
          row(xml, row);
          if (owner) {
            S3Text.owner(xml, request.bucket().owner());
          }
          xml.text("StorageClass", "STANDARD").close();
        }
        case ListingPage.Rolled<ListingRow>(String name) -> asked.rolled(xml, name);
      }
    }
  }

  static void row(XmlWriter xml, ListingRow row) {
    xml.text("LastModified", S3Text.time(row.timestamp()));
    xml.text("ETag", S3Text.quoted(row.etag()));
    xml.number("Size", row.sizeBytes());
  }
}
