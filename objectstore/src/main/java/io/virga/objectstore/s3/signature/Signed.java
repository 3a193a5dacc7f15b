package io.virga.objectstore.s3.signature;

import io.virga.dataplane.desired.S3CredentialSpec;
import java.util.Map;

/** What a verified request is. */
public sealed interface Signed {

  /**
   * Signed by a credential.
   *
   * @param payload what the body must be checked against
   */
  record By(S3CredentialSpec credential, Payload payload) implements Signed {}

  /**
   * Not to be believed.
   *
   * @param details what may help to find out why, by the names that S3 has for it
   */
  record Refused(SignatureProblem problem, Map<String, String> details) implements Signed {

    Refused(SignatureProblem problem) {
      this(problem, Map.of());
    }
  }
}
