package io.virga.objectstore.s3.checksum;

import java.util.Optional;

/** What the checksum of a multipart object is of, named as on the wire. */
public enum ChecksumType {
  /** Of its bytes. */
  FULL_OBJECT,
  /** Of the checksums of its parts. */
  COMPOSITE;

  public static Optional<ChecksumType> of(String name) {
    return switch (name) {
      case "FULL_OBJECT" -> Optional.of(FULL_OBJECT);
      case "COMPOSITE" -> Optional.of(COMPOSITE);
      default -> Optional.empty();
    };
  }

  /** What an upload of an algorithm has if it does not say. */
  public static ChecksumType defaultOf(ChecksumAlgorithm algorithm) {
    return algorithm == ChecksumAlgorithm.CRC64NVME ? FULL_OBJECT : COMPOSITE;
  }

  /** Whether an algorithm can be had in this type. */
  public boolean suits(ChecksumAlgorithm algorithm) {
    return this == FULL_OBJECT ? algorithm.isLinear() : algorithm != ChecksumAlgorithm.CRC64NVME;
  }
}
