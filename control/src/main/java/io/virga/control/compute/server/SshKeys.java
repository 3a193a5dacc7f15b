package io.virga.control.compute.server;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.generators.Ed25519KeyPairGenerator;
import org.bouncycastle.crypto.params.Ed25519KeyGenerationParameters;
import org.bouncycastle.crypto.util.OpenSSHPrivateKeyUtil;
import org.bouncycastle.crypto.util.OpenSSHPublicKeyUtil;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** SSH keys in OpenSSH's own formats. */
public final class SshKeys {

  private static final SecureRandom RANDOM = new SecureRandom();

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
    Ed25519KeyPairGenerator generator = new Ed25519KeyPairGenerator();
    generator.init(new Ed25519KeyGenerationParameters(RANDOM));
    AsymmetricCipherKeyPair keys = generator.generateKeyPair();
    try {
      StringWriter text = new StringWriter();
      try (PemWriter pem = new PemWriter(text)) {
        pem.writeObject(
            new PemObject(
                "OPENSSH PRIVATE KEY", OpenSSHPrivateKeyUtil.encodePrivateKey(keys.getPrivate())));
      }
      String blob =
          Base64.getEncoder()
              .encodeToString(OpenSSHPublicKeyUtil.encodePublicKey(keys.getPublic()));
      return new Pair("ssh-ed25519 " + blob + " " + comment, Optional.of(text.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
