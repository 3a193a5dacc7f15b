package io.virga.dataplane.token;

import io.virga.dataplane.tls.Pem;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HashMap;
import java.util.Map;

/**
 * Signing keys on disk: {@code <key id>.key} is PKCS #8 PEM (mode 0600), {@code <key id>.pub} is
 * X.509 SubjectPublicKeyInfo PEM; both Ed25519. All methods block.
 */
public final class TokenKeys {

  private static final String ALGORITHM = "Ed25519";
  private static final int MAX_PUBLIC_KEYS = 64;

  private TokenKeys() {}

  /** Makes a key pair and writes both files; refuses to replace one that is there. */
  public static void generate(Path directory, String keyId) throws IOException {
    KeyPair pair;
    try {
      pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot make an Ed25519 key", e);
    }
    Path privateFile = directory.resolve(keyId + ".key");
    Files.createFile(
        privateFile,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(
        privateFile,
        Pem.text("PRIVATE KEY", pair.getPrivate().getEncoded()),
        StandardOpenOption.WRITE);
    Files.writeString(
        directory.resolve(keyId + ".pub"),
        Pem.text("PUBLIC KEY", pair.getPublic().getEncoded()),
        StandardOpenOption.CREATE_NEW,
        StandardOpenOption.WRITE);
  }

  /** Reads {@code <key id>.key}. */
  public static PrivateKey readPrivate(Path file) throws IOException {
    try {
      return KeyFactory.getInstance(ALGORITHM)
          .generatePrivate(new PKCS8EncodedKeySpec(Pem.read("PRIVATE KEY", file).getFirst()));
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " holds no Ed25519 private key", e);
    }
  }

  /** Reads {@code <key id>.pub}. */
  public static PublicKey readPublic(Path file) throws IOException {
    try {
      return KeyFactory.getInstance(ALGORITHM)
          .generatePublic(new X509EncodedKeySpec(Pem.read("PUBLIC KEY", file).getFirst()));
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " holds no Ed25519 public key", e);
    }
  }

  /** All public keys of a directory by their ids; at most 64. */
  public static Map<String, PublicKey> readAllPublic(Path directory) throws IOException {
    Map<String, PublicKey> keys = new HashMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.pub")) {
      for (Path file : files) {
        if (keys.size() == MAX_PUBLIC_KEYS) {
          throw new IOException(directory + " holds more than " + MAX_PUBLIC_KEYS + " public keys");
        }
        String name = file.getFileName().toString();
        keys.put(name.substring(0, name.length() - ".pub".length()), readPublic(file));
      }
    }
    return Map.copyOf(keys);
  }
}
