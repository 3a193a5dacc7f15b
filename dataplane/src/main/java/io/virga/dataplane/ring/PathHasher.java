package io.virga.dataplane.ring;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Hashes paths as {@code md5(secret prefix + "/account/container/object")}. The secret keeps
 * tenants from choosing names that all fall into one partition; it must never change once objects
 * are stored. Thread-safe.
 */
public final class PathHasher {

  private static final int MINIMUM_SECRET_BYTES = 16;

  /** Has taken the secret in; only ever cloned. */
  private final MessageDigest begun = md5();

  /** One request hashes its container several times. */
  private volatile Container latest;

  private record Container(String account, String name, PathHash hash) {

    boolean is(String otherAccount, String otherName) {
      return name.equals(otherName) && account.equals(otherAccount);
    }
  }

  public PathHasher(byte[] secretPrefix) {
    begun.update(secretPrefix);
    latest = new Container("", "", digest("//"));
  }

  /**
   * Reads the secret from a file; white space around it is dropped.
   *
   * @throws IOException if it cannot be read or is shorter than 16 bytes
   */
  public static PathHasher fromFile(Path file) throws IOException {
    byte[] secret = Files.readString(file).strip().getBytes(StandardCharsets.UTF_8);
    if (secret.length < MINIMUM_SECRET_BYTES) {
      throw new IOException(
          "the hash prefix in " + file + " is shorter than " + MINIMUM_SECRET_BYTES + " bytes");
    }
    return new PathHasher(secret);
  }

  /** The hash of an account. */
  public PathHash hash(String account) {
    return digest("/" + account);
  }

  /** The hash of a container. */
  public PathHash hash(String account, String container) {
    Container known = latest;
    if (!known.is(account, container)) {
      known = new Container(account, container, digest("/" + account + "/" + container));
      latest = known;
    }
    return known.hash();
  }

  /** The hash of an object. */
  public PathHash hash(String account, String container, String object) {
    return digest("/" + account + "/" + container + "/" + object);
  }

  private PathHash digest(String path) {
    try {
      MessageDigest md5 = (MessageDigest) begun.clone();
      ByteBuffer digest = ByteBuffer.wrap(md5.digest(path.getBytes(StandardCharsets.UTF_8)));
      return new PathHash(digest.getLong(), digest.getLong());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the platform's MD5 can be cloned", e);
    }
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }
}
