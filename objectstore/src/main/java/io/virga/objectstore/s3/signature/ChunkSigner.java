package io.virga.objectstore.s3.signature;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Computes the chain of chunk signatures that begins with the request's own. */
public final class ChunkSigner {

  private static final String EMPTY_HASH = Hmac.sha256Hex(new byte[0]);

  private final byte[] key;
  private final String prefix;
  private String previous;

  ChunkSigner(byte[] key, String timeText, String scope, String seed) {
    this.key = key.clone();
    this.prefix = timeText + "\n" + scope + "\n";
    this.previous = seed;
  }

  /** Whether the signature is that of the next chunk, whose hash is given. */
  boolean acceptsChunk(String signature, byte[] sha256) {
    String toSign =
        "AWS4-HMAC-SHA256-PAYLOAD\n"
            + prefix
            + previous
            + "\n"
            + EMPTY_HASH
            + "\n"
            + HexFormat.of().formatHex(sha256);
    return accepts(signature, toSign);
  }

  /** Whether the signature is that of the trailer, given as {@code name:value} lines. */
  boolean acceptsTrailer(String signature, String lines) {
    String hash = Hmac.sha256Hex(lines.getBytes(StandardCharsets.UTF_8));
    return accepts(signature, "AWS4-HMAC-SHA256-TRAILER\n" + prefix + previous + "\n" + hash);
  }

  private boolean accepts(String signature, String toSign) {
    String expected = HexFormat.of().formatHex(Hmac.sign(key, toSign));
    previous = expected;
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.US_ASCII),
        signature.getBytes(StandardCharsets.US_ASCII));
  }
}
