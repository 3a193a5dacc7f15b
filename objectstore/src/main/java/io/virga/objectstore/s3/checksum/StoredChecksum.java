package io.virga.objectstore.s3.checksum;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The checksum of an object or a part as its metadata keeps it.
 *
 * @param base64 of a composite one with {@code -} and the number of parts behind it
 */
public record StoredChecksum(ChecksumAlgorithm algorithm, ChecksumType type, String base64) {

  private static final String METADATA = ".checksum";

  /** A checksum of all bytes. */
  public static StoredChecksum full(ChecksumAlgorithm algorithm, String base64) {
    return new StoredChecksum(algorithm, ChecksumType.FULL_OBJECT, base64);
  }

  /** What the metadata of an object says. */
  public static Optional<StoredChecksum> of(Map<String, String> metadata) {
    String[] words = metadata.getOrDefault(METADATA, "").split(" ", 3);
    return words.length < 3
        ? Optional.empty()
        : ChecksumAlgorithm.of(words[0])
            .flatMap(
                algorithm ->
                    ChecksumType.of(words[1])
                        .map(type -> new StoredChecksum(algorithm, type, words[2])));
  }

  public void addTo(Map<String, String> metadata) {
    metadata.put(METADATA, algorithm.name() + " " + type.name() + " " + base64);
  }

  /**
   * A part of an object.
   *
   * @param base64 its checksum
   */
  public record Part(String base64, long length) {}

  /** The checksum of an object of parts, of which there is at least one. */
  public static StoredChecksum ofParts(
      ChecksumAlgorithm algorithm, ChecksumType type, List<Part> parts) {
    if (type == ChecksumType.COMPOSITE) {
      Checksum checksum = algorithm.start();
      parts.forEach(part -> checksum.update(ByteBuffer.wrap(decode(part))));
      return new StoredChecksum(algorithm, type, checksum.base64() + "-" + parts.size());
    }
    byte[] whole = decode(parts.getFirst());
    for (Part part : parts.subList(1, parts.size())) {
      whole = algorithm.combine(whole, decode(part), part.length());
    }
    return full(algorithm, Base64.getEncoder().encodeToString(whole));
  }

  private static byte[] decode(Part part) {
    return Base64.getDecoder().decode(part.base64());
  }
}
