package io.virga.control.compute.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Digests that the API shows. */
final class Digests {

  private Digests() {}

  static byte[] sha224(String text) {
    return digest("SHA-224", text.getBytes(StandardCharsets.UTF_8));
  }

  /** The MD5 of an SSH public key's blob, in hexadecimal with colons, as Nova shows it. */
  static String fingerprint(String base64Blob) {
    byte[] md5 = digest("MD5", Base64.getDecoder().decode(base64Blob));
    return IntStream.range(0, md5.length)
        .mapToObj(i -> "%02x".formatted(md5[i] & 0xff))
        .collect(Collectors.joining(":"));
  }

  private static byte[] digest(String algorithm, byte[] bytes) {
    try {
      return MessageDigest.getInstance(algorithm).digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
  }
}
