package io.virga.objectstore.s3.signature;

import java.util.Optional;

/** How the body of a request is vouched for ({@code x-amz-content-sha256}). */
public sealed interface Payload {

  /** Not at all. */
  record Unsigned() implements Payload {}

  /**
   * By its SHA-256.
   *
   * @param sha256 in hexadecimal; whatever else it is, no body will fit it
   */
  record Hashed(String sha256) implements Payload {}

  /**
   * It comes in chunks.
   *
   * @param signer of the chunks, if they are signed
   * @param trailer whether headers follow the last chunk
   */
  record Chunked(Optional<ChunkSigner> signer, boolean trailer) implements Payload {}

  /**
   * What a signature says that knows nothing of chunks (in the query, or of version 2): any other
   * text is taken for a hash, as S3 does.
   */
  static Payload plain(Optional<String> text) {
    return text.filter(given -> !given.equals(Claim.UNSIGNED))
        .<Payload>map(Hashed::new)
        .orElseGet(Unsigned::new);
  }

  /** What needs no key; empty if the text is nothing of that. */
  static Optional<Payload> keyless(String text) {
    return switch (text) {
      case Claim.UNSIGNED -> Optional.of(new Unsigned());
      case "STREAMING-UNSIGNED-PAYLOAD-TRAILER" -> Optional.of(new Chunked(Optional.empty(), true));
      case String hash when hash.matches("[0-9a-fA-F]{64}") -> Optional.of(new Hashed(hash));
      case String other -> Optional.empty();
    };
  }
}
