package io.virga.objectstore.s3;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.s3.xml.XmlWriter;
import io.virga.objectstore.store.ObjectStore;
import reactor.core.publisher.Mono;

/** Requests to the service: the list of buckets. */
final class ServiceOperations {

  private static final int MAXIMUM_BUCKETS = 10_000;

  private final ObjectStore store;

  ServiceOperations(ObjectStore store) {
    this.store = store;
  }

  Mono<Reply> handle(S3Request request) {
    if (!request.method().equals("GET")) {
      throw new S3Error(S3Error.Code.MethodNotAllowed);
    }
    String prefix = request.query().text("prefix");
    String marker = S3Text.decodeToken(request.query().text("continuation-token"));
    int limit = request.query().get("max-buckets").map(S3Text::number).orElse(MAXIMUM_BUCKETS);
    ListingQuery query = ListingQuery.of(prefix, marker, Math.min(limit, MAXIMUM_BUCKETS));
    return store
        .listContainers(request.account(), query)
        .map(
            page -> {
              XmlWriter xml = XmlWriter.of("ListAllMyBucketsResult");
              S3Text.owner(xml, request.account());
              xml.open("Buckets");
              String last = "";
              for (ListingPage.Item<ContainerRow> item : page.items()) {
                if (item instanceof ListingPage.Named<ContainerRow>(String name, var row)) {
                  last = name;
                  xml.open("Bucket").text("Name", name);
                  xml.text("CreationDate", S3Text.time(row.createdAt())).close();
                }
              }
              xml.close();
              if (page.truncated()) {
                xml.text("ContinuationToken", S3Text.encodeToken(last));
              }
              return Reply.bytes(200, "application/xml", xml.toBytes());
            });
  }
}
