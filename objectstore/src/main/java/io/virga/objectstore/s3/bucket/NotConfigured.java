package io.virga.objectstore.s3.bucket;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.s3.protocol.S3Text;
import io.virga.objectstore.s3.xml.XmlWriter;
import java.util.Map;
import java.util.Optional;

/**
 * What is true of every bucket since it cannot be set: reading it gives what S3 answers for a
 * bucket where nothing is set, and removing it changes nothing.
 */
final class NotConfigured {

  private static final Map<String, S3Error.Code> MISSING =
      Map.ofEntries(
          Map.entry("lifecycle", S3Error.Code.NoSuchLifecycleConfiguration),
          Map.entry("policy", S3Error.Code.NoSuchBucketPolicy),
          Map.entry("policyStatus", S3Error.Code.NoSuchBucketPolicy),
          Map.entry("encryption", S3Error.Code.ServerSideEncryptionConfigurationNotFoundError),
          Map.entry("object-lock", S3Error.Code.ObjectLockConfigurationNotFoundError),
          Map.entry("website", S3Error.Code.NoSuchWebsiteConfiguration),
          Map.entry("replication", S3Error.Code.ReplicationConfigurationNotFoundError));

  private static final Map<String, String> EMPTY =
      Map.of(
          "notification", "NotificationConfiguration",
          "logging", "BucketLoggingStatus",
          "accelerate", "AccelerateConfiguration");

  private static final Map<String, String> LISTS =
      Map.of(
          "inventory", "ListInventoryConfigurationsResult",
          "analytics", "ListBucketAnalyticsConfigurationsResult",
          "metrics", "ListMetricsConfigurationsResult",
          "intelligent-tiering", "ListBucketIntelligentTieringConfigurationsOutput");

  private NotConfigured() {}

  /** The answer to GET, if it is about any of this. */
  static Optional<Reply> get(S3Request request, String subresource) {
    S3Error.Code missing = MISSING.get(subresource);
    if (missing != null) {
      request.requireOwner();
      throw new S3Error(missing);
    }
    String empty = EMPTY.get(subresource);
    if (empty != null) {
      request.requireOwner();
      return Optional.of(S3Text.reply(XmlWriter.of(empty)));
    }
    if (subresource.equals("requestPayment")) {
      request.requireOwner();
      XmlWriter xml = XmlWriter.of("RequestPaymentConfiguration").text("Payer", "BucketOwner");
      return Optional.of(S3Text.reply(xml));
    }
    String list = LISTS.get(subresource);
    if (list != null) {
      request.requireOwner();
      if (request.query().has("id")) {
        throw new S3Error(S3Error.Code.NoSuchConfiguration);
      }
      return Optional.of(S3Text.reply(XmlWriter.of(list).flag("IsTruncated", false)));
    }
    return Optional.empty();
  }

  /** The answer to DELETE, if it is about any of this. */
  static Optional<Reply> delete(S3Request request, String subresource) {
    boolean removable =
        switch (subresource) {
          case "lifecycle", "policy", "encryption", "website", "replication" -> true;
          default -> false;
        };
    if (!removable) {
      return Optional.empty();
    }
    request.requireOwner();
    return Optional.of(Reply.of(204));
  }
}
