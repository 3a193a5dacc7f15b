package io.virga.objectstore.s3.checksum;

import io.virga.objectstore.store.Digests;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/** The algorithms that S3 knows, named as on the wire. */
public enum ChecksumAlgorithm {
  CRC32(4),
  CRC32C(4),
  CRC64NVME(8),
  SHA1(20),
  SHA256(32);

  /** The names of headers and trailers that carry checksums begin so. */
  public static final String PREFIX = "x-amz-checksum-";

  private final int lengthBytes;

  ChecksumAlgorithm(int lengthBytes) {
    this.lengthBytes = lengthBytes;
  }

  /** The header, in lower case. */
  public String header() {
    return PREFIX + name().toLowerCase(Locale.ROOT);
  }

  /** The XML element. */
  public String element() {
    return "Checksum" + name();
  }

  /** The algorithm of a name, in any case. */
  public static Optional<ChecksumAlgorithm> of(String name) {
    return Arrays.stream(values()).filter(a -> a.name().equalsIgnoreCase(name)).findFirst();
  }

  /** The algorithm of a header's name. */
  public static Optional<ChecksumAlgorithm> ofHeader(String header) {
    String name = header.toLowerCase(Locale.ROOT);
    return name.startsWith(PREFIX) ? of(name.substring(PREFIX.length())) : Optional.empty();
  }

  /** Whether a text is the base64 of such a checksum. */
  public boolean accepts(String base64) {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      // Bits behind the last byte must be zero.
      return bytes.length == lengthBytes
          && Base64.getEncoder().encodeToString(bytes).equals(base64);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Whether the checksum of a whole follows from those of its parts. */
  public boolean isLinear() {
    return this == CRC32 || this == CRC32C || this == CRC64NVME;
  }

  /** A checksum of nothing yet. */
  public Checksum start() {
    return switch (this) {
      case CRC32 -> Checksum.of(new CRC32());
      case CRC32C -> Checksum.of(new CRC32C());
      case CRC64NVME -> new Crc64Nvme();
      case SHA1 -> Checksum.of(sha1());
      case SHA256 -> Checksum.of(Digests.sha256());
    };
  }

  /** The checksum of two runs of bytes, one behind the other; for linear ones. */
  byte[] combine(byte[] first, byte[] second, long secondLength) {
    CrcCombination combination =
        switch (this) {
          case CRC32 -> new CrcCombination(Integer.SIZE, 0xEDB88320L);
          case CRC32C -> new CrcCombination(Integer.SIZE, 0x82F63B78L);
          case CRC64NVME -> new CrcCombination(Long.SIZE, Crc64Nvme.POLYNOMIAL);
          case SHA1, SHA256 -> throw new IllegalArgumentException(this + " is not linear");
        };
    return combination.combine(first, second, secondLength);
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
