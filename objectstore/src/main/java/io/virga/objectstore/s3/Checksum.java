package io.virga.objectstore.s3;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.store.Digests;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/** A checksum over a body, of one of the algorithms that S3 knows. */
interface Checksum {

  /** The names of headers and trailers that carry checksums begin so. */
  String PREFIX = "x-amz-checksum-";

  List<String> ALGORITHMS = List.of("crc32", "crc32c", "crc64nvme", "sha1", "sha256");

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

  /** The checksum of a header's name. */
  static Optional<Checksum> ofHeader(String header) {
    String name = header.toLowerCase(Locale.ROOT);
    return name.startsWith(PREFIX) ? of(name.substring(PREFIX.length())) : Optional.empty();
  }

  private static Optional<Checksum> of(String algorithm) {
    return switch (algorithm) {
      case "crc32" -> Optional.of(crc(new CRC32()));
      case "crc32c" -> Optional.of(crc(new CRC32C()));
      case "crc64nvme" -> Optional.of(new Crc64Nvme());
      case "sha1" -> Optional.of(digest("SHA-1"));
      case "sha256" -> Optional.of(digest(Digests.sha256()));
      default -> Optional.empty();
    };
  }

  private static Checksum crc(java.util.zip.Checksum crc) {
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

  private static Checksum digest(String name) {
    try {
      return digest(MessageDigest.getInstance(name));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + name, e);
    }
  }

  private static Checksum digest(MessageDigest digest) {
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
