package io.virga.objectstore.s3.signature;

import java.util.Optional;

/** How the body of a request is vouched for ({@code x-amz-content-sha256}). */
public sealed interface Payload {

  /** Not at all. */
  record Unsigned() implements Payload {}

  /** By its SHA-256, in lower-case hexadecimal. */
  record Hashed(String sha256) implements Payload {}

  /**
   * It comes in chunks.
   *
   * @param signer of the chunks, if they are signed
   * @param trailer whether headers follow the last chunk
   */
  record Chunked(Optional<ChunkSigner> signer, boolean trailer) implements Payload {}
}
