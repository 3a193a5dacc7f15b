package io.virga.objectstore.s3.signature;

import io.virga.dataplane.desired.S3CredentialSpec;

/** What a verified request is. */
public sealed interface Signed {

  /**
   * Signed by a credential.
   *
   * @param payload what the body must be checked against
   */
  record By(S3CredentialSpec credential, Payload payload) implements Signed {}

  /** Not to be believed. */
  record Refused(SignatureProblem problem) implements Signed {}
}
