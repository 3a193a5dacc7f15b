package io.virga.objectstore.s3.signature;

/** Why a request is not believed. */
public enum SignatureProblem {
  /** It carries no signature. */
  ANONYMOUS,
  /** It is signed in a way that is not supported. */
  OTHER_VERSION,
  MALFORMED_HEADER,
  MALFORMED_QUERY,
  NO_DATE,
  NO_PAYLOAD_HASH,
  /** The access key is unknown. */
  UNKNOWN_KEY,
  /** The signature is not that of the request. */
  MISMATCH,
  /** The request was signed too long ago, or in the future. */
  SKEWED,
  /** The presigned request is too old. */
  EXPIRED,
  /** An {@code x-amz-} header, or the host, is there and not signed. */
  UNSIGNED_HEADER,
  /** The scope's service or date is not the request's. */
  WRONG_SCOPE
}
