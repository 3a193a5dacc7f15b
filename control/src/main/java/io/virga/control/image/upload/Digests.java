package io.virga.control.image.upload;

import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Counts and digests what goes by. Used by one thread at a time. */
final class Digests {

  private final long maxBytes;
  private final MessageDigest md5 = digest("MD5");
  private final MessageDigest sha512 = digest("SHA-512");
  private long sizeBytes;

  Digests(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  void accept(byte[] piece) {
    sizeBytes += piece.length;
    if (sizeBytes > maxBytes) {
      throw ApiFault.of(
          FaultKind.TOO_LARGE, "The image is longer than " + maxBytes + " bytes, the limit.");
    }
    md5.update(piece);
    sha512.update(piece);
  }

  long sizeBytes() {
    return sizeBytes;
  }

  /** To be called once, as {@link #sha512}. */
  String md5() {
    return HexFormat.of().formatHex(md5.digest());
  }

  String sha512() {
    return HexFormat.of().formatHex(sha512.digest());
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
