package io.virga.objectstore.record;

import java.util.Map;
import java.util.Optional;

/**
 * A container, or an account (then the counts are those of all its containers).
 *
 * @param id names its listing in the index; never used again; 0 for an account
 * @param createdAt when it was first put
 * @param metadataAt when its metadata last changed
 * @param containers only of an account
 */
public record ContainerRow(
    long id,
    Timestamp createdAt,
    Timestamp metadataAt,
    Map<String, String> metadata,
    long containers,
    long objects,
    long bytesUsed) {

  private static final int VERSION = 1;

  public ContainerRow {
    metadata = Map.copyOf(metadata);
  }

  /** A new one with nothing in it. */
  public static ContainerRow empty(long id, Timestamp at, Map<String, String> metadata) {
    return new ContainerRow(id, at, at, metadata, 0, 0, 0);
  }

  /** The same with more, or less, in it. */
  public ContainerRow plus(long moreContainers, long moreObjects, long moreBytes) {
    return new ContainerRow(
        id,
        createdAt,
        metadataAt,
        metadata,
        containers + moreContainers,
        objects + moreObjects,
        bytesUsed + moreBytes);
  }

  /** The same with other metadata. */
  public ContainerRow withMetadata(Timestamp at, Map<String, String> changed) {
    return new ContainerRow(id, createdAt, at, changed, containers, objects, bytesUsed);
  }

  /** The row as bytes. */
  public byte[] encode() {
    return new BinaryWriter(128)
        .u8(VERSION)
        .u64(id)
        .u64(createdAt.micros())
        .u64(metadataAt.micros())
        .map(metadata)
        .varint(containers)
        .varint(objects)
        .varint(bytesUsed)
        .toBytes();
  }

  /** The row of bytes, empty if they are none. */
  public static Optional<ContainerRow> decode(byte[] bytes) {
    BinaryReader in = new BinaryReader(bytes);
    if (in.u8() != VERSION) {
      return Optional.empty();
    }
    ContainerRow row =
        new ContainerRow(
            in.u64(),
            new Timestamp(in.u64()),
            new Timestamp(in.u64()),
            in.map(),
            in.varint(),
            in.varint(),
            in.varint());
    return in.isMalformed() ? Optional.empty() : Optional.of(row);
  }
}
