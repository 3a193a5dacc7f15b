package io.virga.objectstore.s3;

import io.virga.objectstore.http.BodyCollector;
import io.virga.objectstore.http.Query;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.s3.xml.XmlElement;
import io.virga.objectstore.s3.xml.XmlReader;
import io.virga.objectstore.s3.xml.XmlWriter;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Requests to a bucket. */
final class BucketOperations {

  /** What may stand in a query without asking for something else than the plain operation. */
  private static final Set<String> PLAIN =
      Set.of(
          "list-type",
          "prefix",
          "delimiter",
          "marker",
          "max-keys",
          "encoding-type",
          "continuation-token",
          "start-after",
          "fetch-owner",
          "x-id",
          "key-marker",
          "version-id-marker",
          "upload-id-marker",
          "max-uploads");

  private static final String NAME = "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]";
  private static final int MAXIMUM_CONFIGURATION_BYTES = 64 * 1024;

  private final ObjectStore store;
  private final ListOperations lists;
  private final DeleteOperation deletes;

  BucketOperations(ObjectStore store) {
    this.store = store;
    this.lists = new ListOperations(store);
    this.deletes = new DeleteOperation(store);
  }

  Mono<Reply> handle(S3Request request) {
    Optional<String> subresource = subresource(request.query());
    String operation = request.method() + subresource.map(s -> "?" + s).orElse("");
    return switch (operation) {
      case "PUT" -> create(request);
      case "HEAD" -> head(request);
      case "DELETE" -> delete(request);
      case "GET" -> lists.objects(request);
      case "GET?versions" -> lists.versions(request);
      case "GET?uploads" -> lists.uploads(request);
      case "GET?location" -> whenThere(request, () -> XmlWriter.of("LocationConstraint").toBytes());
      case "GET?versioning" ->
          whenThere(request, () -> XmlWriter.of("VersioningConfiguration").toBytes());
      case "GET?acl" -> whenThere(request, () -> FixedAnswers.privateAcl(request.account()));
      case "POST?delete" -> deletes.handle(request);
      default -> throw S3Error.notImplemented("The operation " + operation + " on a bucket");
    };
  }

  static Optional<String> subresource(Query query) {
    return query.parameters().stream()
        .map(Query.Parameter::name)
        .filter(name -> !PLAIN.contains(name) && !name.startsWith("X-Amz-"))
        .findFirst();
  }

  private interface Document {
    byte[] bytes();
  }

  private Mono<Reply> whenThere(S3Request request, Document document) {
    return require(request).map(row -> Reply.bytes(200, "application/xml", document.bytes()));
  }

  private Mono<ContainerRow> require(S3Request request) {
    return store
        .container(request.container())
        .map(row -> row.orElseThrow(() -> new S3Error(S3Error.Code.NoSuchBucket)));
  }

  private Mono<Reply> create(S3Request request) {
    if (!request.bucket().matches(NAME) || request.bucket().contains("..")) {
      throw new S3Error(S3Error.Code.InvalidBucketName);
    }
    if (request.header("x-amz-bucket-object-lock-enabled").filter("true"::equals).isPresent()) {
      throw S3Error.notImplemented("Object lock");
    }
    ObjectHeaders.refuseAcl(request);
    return BodyCollector.collect(request.body(), MAXIMUM_CONFIGURATION_BYTES)
        .flatMap(
            body -> {
              Optional<XmlElement> configuration = XmlReader.read(body);
              if (body.length > 0
                  && configuration
                      .filter(c -> c.name().equals("CreateBucketConfiguration"))
                      .isEmpty()) {
                throw new S3Error(S3Error.Code.MalformedXML);
              }
              return store.putContainer(request.container(), before -> before, true);
            })
        .map(
            result ->
                switch (result) {
                  case Result.Done<Boolean> done ->
                      Reply.of(200).header("Location", "/" + request.bucket());
                  case Result.Refused<Boolean> refused ->
                      throw new S3Error(S3Error.Code.BucketAlreadyOwnedByYou);
                });
  }

  private Mono<Reply> head(S3Request request) {
    return require(request).map(row -> Reply.of(200).header("x-amz-bucket-region", "us-east-1"));
  }

  private Mono<Reply> delete(S3Request request) {
    return store
        .deleteContainer(request.container())
        .map(
            result ->
                switch (result) {
                  case Result.Done<Boolean> done -> Reply.of(204);
                  case Result.Refused<Boolean>(Result.Refusal refusal) ->
                      throw new S3Error(
                          refusal == Result.Refusal.NOT_EMPTY
                              ? S3Error.Code.BucketNotEmpty
                              : S3Error.Code.NoSuchBucket);
                });
  }
}
