package io.virga.objectstore.s3.checksum;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Base64;

/** A checksum over bytes as they come. */
public interface Checksum {

  void update(ByteBuffer bytes);

  byte[] value();

  /** Adds what is readable. */
  default void update(ByteBuf bytes) {
    for (ByteBuffer part : bytes.nioBuffers()) {
      update(part);
    }
  }

  default String base64() {
    return Base64.getEncoder().encodeToString(value());
  }

  /** A CRC of 32 bits. */
  static Checksum of(java.util.zip.Checksum crc) {
    return new Checksum() {
      @Override
      public void update(ByteBuffer bytes) {
        crc.update(bytes);
      }

      @Override
      public byte[] value() {
        return ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array();
      }
    };
  }

  /** A digest. */
  static Checksum of(MessageDigest digest) {
    return new Checksum() {
      @Override
      public void update(ByteBuffer bytes) {
        digest.update(bytes);
      }

      @Override
      public byte[] value() {
        return digest.digest();
      }
    };
  }
}
