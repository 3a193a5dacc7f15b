package io.virga.dataplane.token;

/** What became of a token that someone showed. */
public sealed interface Verification {

  /** Signed by a known key, in its time, not revoked. */
  record Valid(Claims claims) implements Verification {}

  /** Signed well, but its time is over. */
  record Expired() implements Verification {}

  /** Signed well and in its time, but a revocation names it. */
  record Revoked() implements Verification {}

  /** Not a token of ours at all, or longer than any token is. */
  record Malformed() implements Verification {}

  /** Names a key that is not among the public keys. */
  record UnknownKey() implements Verification {}

  /** The signature does not fit. */
  record BadSignature() implements Verification {}
}
