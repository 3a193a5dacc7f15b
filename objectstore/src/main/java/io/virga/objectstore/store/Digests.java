package io.virga.objectstore.store;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The digests that the APIs speak of. */
public final class Digests {

  private Digests() {}

  public static MessageDigest md5() {
    return digest("MD5");
  }

  public static MessageDigest sha256() {
    return digest("SHA-256");
  }

  /** The digest of bytes in lower-case hexadecimal. */
  public static String hex(MessageDigest digest, byte[] bytes) {
    return HexFormat.of().formatHex(digest.digest(bytes));
  }

  /** Adds what is readable; the buffer's indices stay. */
  public static void update(MessageDigest digest, ByteBuf bytes) {
    for (ByteBuffer part : bytes.nioBuffers()) {
      digest.update(part);
    }
  }

  private static MessageDigest digest(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + name, e);
    }
  }
}
