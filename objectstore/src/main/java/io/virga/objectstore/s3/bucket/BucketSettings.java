package io.virga.objectstore.s3.bucket;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.s3.protocol.Bucket;
import io.virga.objectstore.s3.protocol.MetadataChange;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.s3.protocol.S3Text;
import io.virga.objectstore.s3.xml.XmlElement;
import io.virga.objectstore.s3.xml.XmlWriter;
import io.virga.objectstore.versions.Versioning;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Versioning, object ownership and the public access block of a bucket. */
final class BucketSettings {

  private static final int MAXIMUM_BYTES = 16 * 1024;
  private static final List<String> OWNERSHIPS =
      List.of("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter");
  private static final List<String> BLOCKS =
      List.of("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets");

  private final MetadataChange change;

  BucketSettings(MetadataChange change) {
    this.change = change;
  }

  Reply versioning(S3Request request) {
    request.requireOwner();
    XmlWriter xml = XmlWriter.of("VersioningConfiguration");
    switch (request.bucket().versioning()) {
      case OFF -> {}
      case ENABLED -> xml.text("Status", "Enabled");
      case SUSPENDED -> xml.text("Status", "Suspended");
    }
    return S3Text.reply(xml);
  }

  Mono<Reply> putVersioning(S3Request request) {
    request.requireOwner();
    return request
        .document("VersioningConfiguration", MAXIMUM_BYTES)
        .flatMap(
            root -> {
              if (root.textOf("MfaDelete").filter("Enabled"::equals).isPresent()) {
                throw S3Error.notImplemented("MfaDelete");
              }
              Versioning wanted =
                  switch (root.textOf("Status")
                      .orElseThrow(
                          () ->
                              new S3Error(S3Error.Code.IllegalVersioningConfigurationException))) {
                    case "Enabled" -> Versioning.ENABLED;
                    case "Suspended" -> Versioning.SUSPENDED;
                    default -> throw new S3Error(S3Error.Code.MalformedXML);
                  };
              return change.ofBucket(request, Versioning.METADATA, Optional.of(wanted.name()));
            })
        .thenReturn(Reply.of(200));
  }

  Reply ownership(S3Request request) {
    request.requireOwner();
    String ownership =
        request
            .bucket()
            .metadata(Bucket.OWNERSHIP)
            .orElseThrow(() -> new S3Error(S3Error.Code.OwnershipControlsNotFoundError));
    return S3Text.reply(
        XmlWriter.of("OwnershipControls").open("Rule").text("ObjectOwnership", ownership));
  }

  Mono<Reply> putOwnership(S3Request request) {
    request.requireOwner();
    return request
        .document("OwnershipControls", MAXIMUM_BYTES)
        .flatMap(
            root -> {
              List<XmlElement> rules = root.all("Rule");
              String asked =
                  rules.size() == 1 ? rules.getFirst().textOf("ObjectOwnership").orElse("") : "";
              return change.ofBucket(
                  request, Bucket.OWNERSHIP, Optional.of(requireOwnership(asked)));
            })
        .thenReturn(Reply.of(200));
  }

  static String requireOwnership(String name) {
    if (!OWNERSHIPS.contains(name)) {
      throw S3Error.malformed("ObjectOwnership '" + name + "': expected one of " + OWNERSHIPS);
    }
    return name;
  }

  Reply publicAccess(S3Request request) {
    request.requireOwner();
    Bucket bucket = request.bucket();
    if (bucket.metadata(Bucket.PUBLIC_ACCESS).isEmpty()) {
      throw new S3Error(S3Error.Code.NoSuchPublicAccessBlockConfiguration);
    }
    XmlWriter xml = XmlWriter.of("PublicAccessBlockConfiguration");
    BLOCKS.forEach(block -> xml.flag(block, bucket.blocks(block)));
    return S3Text.reply(xml);
  }

  Mono<Reply> putPublicAccess(S3Request request) {
    request.requireOwner();
    return request
        .document("PublicAccessBlockConfiguration", MAXIMUM_BYTES)
        .flatMap(
            root -> {
              List<String> set =
                  BLOCKS.stream()
                      .filter(block -> isTrue(block, root.textOf(block).orElse("false")))
                      .toList();
              return change.ofBucket(
                  request, Bucket.PUBLIC_ACCESS, Optional.of(String.join(" ", set)));
            })
        .thenReturn(Reply.of(200));
  }

  private static boolean isTrue(String name, String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    if (!lower.equals("true") && !lower.equals("false")) {
      throw S3Error.malformed(name + " is true or false, not '" + text + "'");
    }
    return lower.equals("true");
  }

  Mono<Reply> remove(S3Request request, String name) {
    request.requireOwner();
    return change.ofBucket(request, name, Optional.empty()).thenReturn(Reply.of(204));
  }
}
