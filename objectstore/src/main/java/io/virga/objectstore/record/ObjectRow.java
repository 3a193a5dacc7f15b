package io.virga.objectstore.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An object as the index knows it, or the tombstone of one.
 *
 * @param path for checking: the index finds rows by hash
 * @param timestamp the last write of the data; of the deletion for a tombstone
 * @param metadataTimestamp the last write of the metadata, not before {@code timestamp}
 * @param sizeBytes the bytes that are stored; a manifest's own size
 * @param etag the MD5 of the stored bytes in hexadecimal
 * @param metadata header names in lower case, and names beginning with a dot for the store's own
 */
public record ObjectRow(
    ObjectPath path,
    Timestamp timestamp,
    Timestamp metadataTimestamp,
    boolean deleted,
    long sizeBytes,
    String etag,
    String contentType,
    Map<String, String> metadata,
    Content content) {

  private static final int VERSION = 1;
  private static final int DELETED = 1;
  private static final int INLINE = 2;
  private static final int MINIMUM_EXTENT_BYTES = 11;

  public ObjectRow {
    metadata = Map.copyOf(metadata);
  }

  /** The mark that an object was deleted. */
  public static ObjectRow tombstone(ObjectPath path, Timestamp timestamp) {
    return new ObjectRow(
        path, timestamp, timestamp, true, 0, "", "", Map.of(), new Content.Inline(new byte[0]));
  }

  /** The same object with other metadata. */
  public ObjectRow withMetadata(Timestamp at, String type, Map<String, String> changed) {
    return new ObjectRow(path, timestamp, at, deleted, sizeBytes, etag, type, changed, content);
  }

  /** The same object at another place. */
  public ObjectRow withContent(Content moved) {
    return new ObjectRow(
        path, timestamp, metadataTimestamp, deleted, sizeBytes, etag, contentType, metadata, moved);
  }

  /** A metadata value of the store's own or a header. */
  public Optional<String> metadata(String name) {
    return Optional.ofNullable(metadata.get(name));
  }

  /** The extents, none for an inline object. */
  public List<Extent> extents() {
    return content instanceof Content.Extents(List<Extent> extents) ? extents : List.of();
  }

  /** The row as bytes. */
  public byte[] encode() {
    BinaryWriter out = new BinaryWriter(256);
    writeTo(out);
    return out.toBytes();
  }

  void writeTo(BinaryWriter out) {
    boolean inline = content instanceof Content.Inline;
    out.u8(VERSION).u8((deleted ? DELETED : 0) | (inline ? INLINE : 0));
    out.text(path.account()).text(path.container()).text(path.object());
    out.u64(timestamp.micros()).u64(metadataTimestamp.micros()).varint(sizeBytes);
    out.text(etag).text(contentType).map(metadata);
    switch (content) {
      case Content.Inline(byte[] bytes) -> out.bytes(bytes);
      case Content.Extents(List<Extent> extents) -> {
        out.varint(extents.size());
        for (Extent extent : extents) {
          out.varint(extent.segment()).u64(extent.id());
          out.varint(extent.offset()).varint(extent.lengthBytes());
        }
      }
    }
  }

  /** The row of bytes, empty if they are none. */
  public static Optional<ObjectRow> decode(byte[] bytes) {
    return readFrom(new BinaryReader(bytes));
  }

  static Optional<ObjectRow> readFrom(BinaryReader in) {
    if (in.u8() != VERSION) {
      return Optional.empty();
    }
    int flags = in.u8();
    ObjectPath path = new ObjectPath(in.text(), in.text(), in.text());
    Timestamp timestamp = new Timestamp(in.u64());
    Timestamp metadataTimestamp = new Timestamp(in.u64());
    long size = in.varint();
    String etag = in.text();
    String type = in.text();
    Map<String, String> metadata = in.map();
    Content content = (flags & INLINE) != 0 ? new Content.Inline(in.bytes()) : readExtents(in);
    return in.isMalformed()
        ? Optional.empty()
        : Optional.of(
            new ObjectRow(
                path,
                timestamp,
                metadataTimestamp,
                (flags & DELETED) != 0,
                size,
                etag,
                type,
                metadata,
                content));
  }

  private static Content readExtents(BinaryReader in) {
    int count = in.count(MINIMUM_EXTENT_BYTES);
    List<Extent> extents = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      extents.add(new Extent(in.varint(), in.u64(), in.varint(), in.varint()));
    }
    return new Content.Extents(extents);
  }
}
