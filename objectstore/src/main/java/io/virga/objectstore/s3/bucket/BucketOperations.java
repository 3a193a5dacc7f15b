package io.virga.objectstore.s3.bucket;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.s3.acl.Access;
import io.virga.objectstore.s3.acl.Permission;
import io.virga.objectstore.s3.protocol.Bucket;
import io.virga.objectstore.s3.protocol.MetadataChange;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.s3.protocol.S3Text;
import io.virga.objectstore.s3.xml.XmlWriter;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.versions.Versions;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Making buckets and deleting them, and what is set of them. */
public final class BucketOperations {

  private static final String DEFAULT_REGION = "us-east-1";

  private final BucketMaking making;
  private final BucketSettings settings;

  public BucketOperations(ObjectStore store, Buckets buckets, Versions versions) {
    this.making = new BucketMaking(store, buckets, versions);
    this.settings = new BucketSettings(new MetadataChange(store));
  }

  public Mono<Reply> create(S3Request request) {
    return making.create(request);
  }

  public Mono<Reply> delete(S3Request request) {
    return making.delete(request);
  }

  /**
   * Carries out an operation.
   *
   * @param operation the method, and the sub-resource behind a question mark if there is one
   * @return empty if it is none of these
   */
  public Optional<Mono<Reply>> handle(S3Request request, String operation) {
    return switch (operation) {
      case "HEAD" -> Optional.of(Mono.just(head(request)));
      case "GET?location" -> Optional.of(Mono.just(location(request)));
      case "GET?versioning" -> Optional.of(Mono.just(settings.versioning(request)));
      case "PUT?versioning" -> Optional.of(settings.putVersioning(request));
      case "GET?ownershipControls" -> Optional.of(Mono.just(settings.ownership(request)));
      case "PUT?ownershipControls" -> Optional.of(settings.putOwnership(request));
      case "DELETE?ownershipControls" -> Optional.of(settings.remove(request, Bucket.OWNERSHIP));
      case "GET?publicAccessBlock" -> Optional.of(Mono.just(settings.publicAccess(request)));
      case "PUT?publicAccessBlock" -> Optional.of(settings.putPublicAccess(request));
      case "DELETE?publicAccessBlock" ->
          Optional.of(settings.remove(request, Bucket.PUBLIC_ACCESS));
      default -> notConfigured(request, operation).map(Mono::just);
    };
  }

  private static Optional<Reply> notConfigured(S3Request request, String operation) {
    if (operation.startsWith("GET?")) {
      return NotConfigured.get(request, operation.substring("GET?".length()));
    }
    return operation.startsWith("DELETE?")
        ? NotConfigured.delete(request, operation.substring("DELETE?".length()))
        : Optional.empty();
  }

  private static Reply head(S3Request request) {
    Access.require(request, Permission.READ);
    String region = request.bucket().metadata(Bucket.LOCATION).orElse(DEFAULT_REGION);
    return Reply.of(200)
        .header("Content-Type", "application/xml")
        .header("x-amz-bucket-region", region);
  }

  private static Reply location(S3Request request) {
    request.requireOwner();
    XmlWriter xml = XmlWriter.of("LocationConstraint");
    request.bucket().metadata(Bucket.LOCATION).ifPresent(xml::content);
    return S3Text.reply(xml);
  }
}
