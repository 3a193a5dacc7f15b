package io.virga.objectstore.s3.signature;

/** Why a request is not believed. */
public enum SignatureProblem {
  /** It carries no signature. */
  ANONYMOUS,
  /** It is signed in more than one way. */
  SEVERAL,
  MALFORMED_HEADER,
  MALFORMED_QUERY,
  /** A query of version 2 has not all three of its parameters. */
  INCOMPLETE_QUERY,
  /** How long a presigned request holds is no number. */
  NO_PERIOD,
  NEGATIVE_PERIOD,
  LONG_PERIOD,
  NO_DATE,
  /** When a request of version 2 expires is not said in seconds. */
  INVALID_EXPIRY,
  NO_PAYLOAD_HASH,
  INVALID_PAYLOAD_HASH,
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
