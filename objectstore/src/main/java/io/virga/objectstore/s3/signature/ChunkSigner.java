package io.virga.objectstore.s3.signature;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;

/** Computes the chain of chunk signatures that begins with the request's own. */
public final class ChunkSigner {

  private static final String EMPTY_HASH = Hmac.sha256Hex(new byte[0]);

  private final byte[] key;
  private final String accessKey;
  private final String prefix;
  private final String canonical;
  private String previous;
  private Map<String, String> details = Map.of();

  ChunkSigner(byte[] key, Claim claim, String seed, String canonical) {
    this.key = key.clone();
    this.accessKey = claim.scope().accessKey();
    this.prefix = claim.timeText() + "\n" + claim.scope().text() + "\n";
    this.canonical = canonical;
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

  /** What tells why the latest signature was not accepted. */
  Map<String, String> details() {
    return details;
  }

  private boolean accepts(String signature, String toSign) {
    String expected = HexFormat.of().formatHex(Hmac.sign(key, toSign));
    previous = expected;
    boolean equal =
        MessageDigest.isEqual(
            expected.getBytes(StandardCharsets.US_ASCII),
            signature.getBytes(StandardCharsets.US_ASCII));
    if (!equal) {
      details = Mismatch.details(accessKey, toSign, signature, canonical);
    }
    return equal;
  }
}
