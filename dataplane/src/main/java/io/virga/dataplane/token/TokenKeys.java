package io.virga.dataplane.token;

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
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * Signing keys on disk: {@code <key id>.key} is PKCS #8 PEM (mode 0600), {@code <key id>.pub} is
 * X.509 SubjectPublicKeyInfo PEM; both Ed25519. All methods block.
 */
public final class TokenKeys {

  private static final String ALGORITHM = "Ed25519";
  private static final int MAX_PUBLIC_KEYS = 64;
  private static final int MAX_PEM_BYTES = 4 << 10;

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
        privateFile, pem("PRIVATE KEY", pair.getPrivate().getEncoded()), StandardOpenOption.WRITE);
    Files.writeString(
        directory.resolve(keyId + ".pub"),
        pem("PUBLIC KEY", pair.getPublic().getEncoded()),
        StandardOpenOption.CREATE_NEW,
        StandardOpenOption.WRITE);
  }

  /** Reads {@code <key id>.key}. */
  public static PrivateKey readPrivate(Path file) throws IOException {
    try {
      return KeyFactory.getInstance(ALGORITHM)
          .generatePrivate(new PKCS8EncodedKeySpec(der("PRIVATE KEY", file)));
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " holds no Ed25519 private key", e);
    }
  }

  /** Reads {@code <key id>.pub}. */
  public static PublicKey readPublic(Path file) throws IOException {
    try {
      return KeyFactory.getInstance(ALGORITHM)
          .generatePublic(new X509EncodedKeySpec(der("PUBLIC KEY", file)));
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

  private static String pem(String label, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  private static byte[] der(String label, Path file) throws IOException {
    if (Files.size(file) > MAX_PEM_BYTES) {
      throw new IOException(file + " is too long for a key");
    }
    String text = Files.readString(file);
    String begin = "-----BEGIN " + label + "-----";
    int from = text.indexOf(begin);
    int to = text.indexOf("-----END " + label + "-----");
    if (from < 0 || to < from) {
      throw new IOException(file + " holds no PEM block \"" + label + "\"");
    }
    try {
      return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is not base64 between its PEM lines", e);
    }
  }
}
