package io.virga.objectstore.s3.bucket;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.s3.protocol.S3Text;
import io.virga.objectstore.s3.xml.XmlWriter;
import io.virga.objectstore.store.ObjectStore;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Requests to the service: the list of buckets; nobody has none. */
public final class ServiceOperations {

  private static final int MAXIMUM_BUCKETS = 10_000;

  private final ObjectStore store;

  public ServiceOperations(ObjectStore store) {
    this.store = store;
  }

  public Mono<Reply> handle(S3Request request) {
    if (!request.method().equals("GET")) {
      throw new S3Error(S3Error.Code.MethodNotAllowed);
    }
    Optional<String> account = request.requester().account();
    String prefix = request.query().text("prefix");
    String marker = S3Text.decodeToken(request.query().text("continuation-token"));
    int limit =
        request
            .query()
            .get("max-buckets")
            .map(text -> S3Text.number("max-buckets", text))
            .orElse(MAXIMUM_BUCKETS);
    if (limit < 1 || limit > MAXIMUM_BUCKETS) {
      throw S3Error.invalidArgument("max-buckets is from 1 to " + MAXIMUM_BUCKETS);
    }
    if (account.isEmpty()) {
      return Mono.just(
          S3Text.reply(document("anonymous", prefix, new ListingPage<>(List.of(), false))));
    }
    return store
        .listContainers(account.get(), ListingQuery.of(prefix, marker, limit))
        .map(page -> S3Text.reply(document(account.get(), prefix, page)));
  }

  private static XmlWriter document(String account, String prefix, ListingPage<ContainerRow> page) {
    XmlWriter xml = XmlWriter.of("ListAllMyBucketsResult");
    S3Text.owner(xml, account);
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
    if (!prefix.isEmpty()) {
      xml.text("Prefix", prefix);
    }
    return xml;
  }
}
