package io.virga.objectstore.s3;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.s3.acl.AclOperations;
import io.virga.objectstore.s3.bucket.BucketOperations;
import io.virga.objectstore.s3.cors.CorsOperations;
import io.virga.objectstore.s3.listing.ObjectListing;
import io.virga.objectstore.s3.listing.VersionsListing;
import io.virga.objectstore.s3.multipart.UnfinishedUploads;
import io.virga.objectstore.s3.multipart.UploadListings;
import io.virga.objectstore.s3.object.DeleteOperation;
import io.virga.objectstore.s3.protocol.MetadataChange;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.s3.tagging.TaggingOperations;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Requests to a bucket. */
final class BucketRoutes {

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
          "allow-unordered",
          "x-id",
          "id",
          "key-marker",
          "version-id-marker",
          "upload-id-marker",
          "max-uploads");

  private final BucketOperations buckets;
  private final ObjectListing objects;
  private final VersionsListing versions;
  private final UploadListings uploads;
  private final UnfinishedUploads unfinished;
  private final DeleteOperation deletes;
  private final AclOperations acls;
  private final TaggingOperations tagging;
  private final CorsOperations cors;

  BucketRoutes(Parts parts) {
    MetadataChange change = new MetadataChange(parts.store());
    this.buckets = new BucketOperations(parts.store(), parts.buckets(), parts.versions());
    this.objects = new ObjectListing(parts.store());
    this.versions = new VersionsListing(parts.store());
    this.uploads = new UploadListings(parts.store());
    this.unfinished = new UnfinishedUploads(parts.store());
    this.deletes = new DeleteOperation(parts.versions());
    this.acls = new AclOperations(change);
    this.tagging = new TaggingOperations(change);
    this.cors = new CorsOperations(change);
  }

  Mono<Reply> handle(S3Request request) {
    Optional<String> subresource = Subresource.of(request.query(), PLAIN::contains);
    if (subresource.isEmpty() && request.method().equals("PUT")) {
      return buckets.create(request);
    }
    request.bucket();
    request
        .header("x-amz-expected-bucket-owner")
        .filter(owner -> !owner.equals(request.bucket().owner()))
        .ifPresent(
            owner -> {
              throw new S3Error(S3Error.Code.AccessDenied);
            });
    String operation = request.method() + subresource.map(s -> "?" + s).orElse("");
    return switch (operation) {
      case "GET" -> objects.list(request);
      case "GET?versions" -> versions.list(request);
      case "GET?uploads" -> uploads.uploads(request);
      case "GET?acl" -> acls.getOfBucket(request);
      case "PUT?acl" -> acls.putOfBucket(request);
      case "GET?tagging" -> Mono.just(tagging.getOfBucket(request));
      case "PUT?tagging" -> tagging.putOfBucket(request);
      case "DELETE?tagging" -> tagging.deleteOfBucket(request);
      case "GET?cors" -> Mono.just(cors.get(request));
      case "PUT?cors" -> cors.put(request);
      case "DELETE?cors" -> cors.delete(request);
      case "POST?delete" -> deletes.several(request);
      case "DELETE" ->
          buckets
              .delete(request)
              .flatMap(reply -> unfinished.abort(request.container()).thenReturn(reply));
      default ->
          buckets
              .handle(request, operation)
              .orElseThrow(
                  () -> S3Error.notImplemented("The operation " + operation + " on a bucket"));
    };
  }
}
