package io.virga.objectstore.s3.signature;

import java.util.Locale;
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

  /** What needs no key; empty if the text is nothing of that. */
  static Optional<Payload> keyless(String text) {
    return switch (text) {
      case Claim.UNSIGNED -> Optional.of(new Unsigned());
      case "STREAMING-UNSIGNED-PAYLOAD-TRAILER" -> Optional.of(new Chunked(Optional.empty(), true));
      case String hash when hash.matches("[0-9a-fA-F]{64}") ->
          Optional.of(new Hashed(hash.toLowerCase(Locale.ROOT)));
      case String other -> Optional.empty();
    };
  }
}
