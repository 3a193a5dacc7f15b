package io.virga.control.compute.server;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** SSH keys in OpenSSH's own formats. */
public final class SshKeys {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String ED25519 = "ssh-ed25519";

  /** The key itself ends both encodings of Java's, RFC 8410 §4 and §7. */
  private static final int KEY_BYTES = 32;

  /** What an unencrypted private part is filled up to a multiple of. */
  private static final int BLOCK_BYTES = 8;

  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(70, "\n".getBytes(StandardCharsets.US_ASCII));

  private SshKeys() {}

  /**
   * A key pair.
   *
   * @param publicKey a line of {@code authorized_keys}
   * @param privateKey PEM; only of a pair that was made here
   */
  public record Pair(String publicKey, Optional<String> privateKey) {

    @Override
    public String toString() {
      return "Pair[" + publicKey + "]";
    }
  }

  /** Makes an Ed25519 pair. */
  public static Pair generate(String comment) {
    KeyPair keys;
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
      generator.initialize(KEY_BYTES * Byte.SIZE - 1, RANDOM);
      keys = generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Ed25519 is part of every JDK", e);
    }
    byte[] point = end(keys.getPublic().getEncoded());
    byte[] blob = concat(string(ascii(ED25519)), string(point));
    String text =
        "-----BEGIN OPENSSH PRIVATE KEY-----\n%s\n-----END OPENSSH PRIVATE KEY-----\n"
            .formatted(
                LINES.encodeToString(
                    file(blob, point, end(keys.getPrivate().getEncoded()), comment)));
    return new Pair(
        ED25519 + " " + Base64.getEncoder().encodeToString(blob) + " " + comment,
        Optional.of(text));
  }

  /** OpenSSH, PROTOCOL.key: one key, no cipher. */
  private static byte[] file(byte[] blob, byte[] point, byte[] seed, String comment) {
    byte[] check = number(RANDOM.nextInt());
    byte[] secret =
        concat(
            concat(check, check, blob),
            string(concat(seed, point)),
            string(comment.getBytes(StandardCharsets.UTF_8)));
    byte[] padding = new byte[Math.floorMod(-secret.length, BLOCK_BYTES)];
    for (int i = 0; i < padding.length; i++) {
      padding[i] = (byte) (i + 1);
    }
    byte[] none = string(ascii("none"));
    return concat(
        ascii("openssh-key-v1\0"),
        concat(none, none, string(new byte[0])),
        number(1),
        string(blob),
        string(concat(secret, padding)));
  }

  private static byte[] end(byte[] encoded) {
    return Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
  }

  /** RFC 4251 §5. */
  private static byte[] string(byte[] bytes) {
    return concat(number(bytes.length), bytes);
  }

  private static byte[] number(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** The base64 blob of a public key; empty if the text is no public key. */
  public static Optional<String> blob(String publicKey) {
    String[] parts = publicKey.split("\\s+");
    if (parts.length < 2 || publicKey.contains("\n")) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(parts[1]);
      // RFC 4253 §6.6: the blob opens with the length and the name of its format.
      byte[] format = parts[0].getBytes(StandardCharsets.US_ASCII);
      boolean matches =
          bytes.length > 4 + format.length
              && new String(bytes, 4, format.length, StandardCharsets.US_ASCII).equals(parts[0]);
      return matches ? Optional.of(parts[1]) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
