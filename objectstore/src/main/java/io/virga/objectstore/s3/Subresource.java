package io.virga.objectstore.s3;

import io.virga.objectstore.http.Query;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What a query asks for beside the bucket or the object itself. */
final class Subresource {

  /** Those of S3, whatever stands behind their equals sign; {@code uploadId} always has a value. */
  private static final Set<String> KNOWN =
      Set.of(
          "accelerate",
          "acl",
          "analytics",
          "attributes",
          "cors",
          "delete",
          "encryption",
          "intelligent-tiering",
          "inventory",
          "legal-hold",
          "lifecycle",
          "location",
          "logging",
          "metrics",
          "notification",
          "object-lock",
          "ownershipControls",
          "policy",
          "policyStatus",
          "publicAccessBlock",
          "replication",
          "requestPayment",
          "restore",
          "retention",
          "select",
          "session",
          "tagging",
          "torrent",
          "uploadId",
          "uploads",
          "versioning",
          "versions",
          "website");

  private Subresource() {}

  /**
   * The name of the sub-resource, if there is one. A parameter that is unknown and has a value is
   * passed over, as S3 does: the address that a form redirects to has some. One without a value may
   * name what is not built, and must not be taken for the plain operation.
   *
   * @param plain whether a parameter goes with the plain operation
   */
  static Optional<String> of(Query query, Predicate<String> plain) {
    return query.parameters().stream()
        .filter(parameter -> parameter.value().isEmpty() || KNOWN.contains(parameter.name()))
        .map(Query.Parameter::name)
        .filter(name -> !plain.test(name) && !name.startsWith("X-Amz-"))
        .findFirst();
  }
}
