package io.virga.objectstore.swift.tempurl;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signatures of URLs and forms: {@code hex} of a known length, or {@code digest:base64}. */
final class Signatures {

  private static final Map<String, String> ALGORITHMS =
      Map.of("sha1", "HmacSHA1", "sha256", "HmacSHA256", "sha512", "HmacSHA512");
  private static final Map<Integer, String> BY_LENGTH =
      Map.of(20, "sha1", 32, "sha256", 64, "sha512");

  private Signatures() {}

  /** A signature that somebody shows. */
  record Shown(String digest, byte[] bytes) {

    /**
     * Whether it is the signature of a message by a key; takes the same time for every wrong one.
     */
    boolean fits(String key, String message) {
      return MessageDigest.isEqual(bytes, sign(digest, key, message));
    }
  }

  static Optional<Shown> parse(String text) {
    try {
      int colon = text.indexOf(':');
      if (colon < 0) {
        byte[] bytes = HexFormat.of().parseHex(text);
        return Optional.ofNullable(BY_LENGTH.get(bytes.length)).map(d -> new Shown(d, bytes));
      }
      String digest = text.substring(0, colon).toLowerCase(Locale.ROOT);
      String base64 = text.substring(colon + 1).replace('-', '+').replace('_', '/');
      byte[] bytes = Base64.getDecoder().decode(base64.replaceFirst("=+$", ""));
      return ALGORITHMS.containsKey(digest)
          ? Optional.of(new Shown(digest, bytes))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static byte[] sign(String digest, String key, String message) {
    try {
      String algorithm = ALGORITHMS.getOrDefault(digest, digest);
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), algorithm));
      return mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + digest, e);
    }
  }
}
