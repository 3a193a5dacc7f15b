package io.virga.objectstore.record;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An object as the index knows it, or the tombstone of one.
 *
 * @param policy the storage policy, which says by what ring it is placed
 * @param path for checking: the index finds rows by hash
 * @param timestamp the last write of the data; of the deletion for a tombstone
 * @param metadataTimestamp the last write of the metadata, not before {@code timestamp}
 * @param sizeBytes the bytes that are stored; a manifest's own size
 * @param etag the MD5 of the stored bytes in hexadecimal
 * @param metadata header names in lower case, and names beginning with a dot for the store's own
 */
public record ObjectRow(
    int policy,
    ObjectPath path,
    Timestamp timestamp,
    Timestamp metadataTimestamp,
    boolean deleted,
    long sizeBytes,
    String etag,
    String contentType,
    Map<String, String> metadata,
    Content content) {

  private static final int VERSION = 2;
  private static final int MINIMUM_EXTENT_BYTES = 11;

  private static final int INLINE = 0;
  private static final int EXTENTS = 1;
  private static final int STAGED = 2;
  private static final int ELSEWHERE = 3;
  private static final int LOST = 4;
  private static final int FRAMED = 5;

  public ObjectRow {
    metadata = Map.copyOf(metadata);
  }

  /** The mark that an object was deleted. */
  public static ObjectRow tombstone(int policy, ObjectPath path, Timestamp at) {
    Content none = new Content.Inline(new byte[0]);
    return new ObjectRow(policy, path, at, at, true, 0, "", "", Map.of(), none);
  }

  /**
   * Which of two rows of the same object holds. Equal timestamps are told apart by what the rows
   * say, so that every replica decides the same.
   */
  public boolean isNewerThan(ObjectRow other) {
    int order = timestamp.compareTo(other.timestamp);
    if (order == 0 && deleted != other.deleted) {
      return deleted;
    }
    order = order == 0 ? etag.compareTo(other.etag) : order;
    order = order == 0 ? metadataTimestamp.compareTo(other.metadataTimestamp) : order;
    return order > 0;
  }

  /** Whether another row is of the very same bytes. */
  public boolean isSameData(ObjectRow other) {
    return deleted == other.deleted && timestamp.equals(other.timestamp) && etag.equals(other.etag);
  }

  /** Whether the bytes were damaged and no good copy has come yet. */
  public boolean isLost() {
    return content instanceof Content.Lost;
  }

  /** The same object as of another time. */
  public ObjectRow at(Timestamp time) {
    return new ObjectRow(
        policy, path, time, time, deleted, sizeBytes, etag, contentType, metadata, content);
  }

  /** The same object with other metadata. */
  public ObjectRow withMetadata(Timestamp at, String type, Map<String, String> changed) {
    return new ObjectRow(
        policy, path, timestamp, at, deleted, sizeBytes, etag, type, changed, content);
  }

  /** The same object at another place. */
  public ObjectRow withContent(Content moved) {
    return new ObjectRow(
        policy,
        path,
        timestamp,
        metadataTimestamp,
        deleted,
        sizeBytes,
        etag,
        contentType,
        metadata,
        moved);
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

  /** Appends the row, at the end of it the content. */
  public void writeTo(BinaryWriter out) {
    out.u8(VERSION).u8(deleted ? 1 : 0).varint(policy);
    out.text(path.account()).text(path.container()).text(path.object());
    out.u64(timestamp.micros()).u64(metadataTimestamp.micros()).varint(sizeBytes);
    out.text(etag).text(contentType).map(metadata);
    switch (content) {
      case Content.Inline(byte[] bytes) -> out.u8(INLINE).bytes(bytes);
      case Content.Extents(List<Extent> extents) -> {
        out.u8(EXTENTS).varint(extents.size());
        for (Extent extent : extents) {
          out.signed(extent.segment()).u64(extent.id());
          out.varint(extent.offset()).varint(extent.lengthBytes());
        }
      }
      case Content.Framed(long id, byte[] bytes) ->
          out.u8(FRAMED).u64(id).bytes(bytes).u32(Block.checksum(id, 0, ByteBuffer.wrap(bytes)));
      case Content.Staged(long token) -> out.u8(STAGED).u64(token);
      case Content.Elsewhere() -> out.u8(ELSEWHERE);
      case Content.Lost() -> out.u8(LOST);
    }
  }

  /** The row of bytes, empty if they are none. */
  public static Optional<ObjectRow> decode(byte[] bytes) {
    return readFrom(new BinaryReader(bytes));
  }

  /** The row that comes next, empty if there is none. */
  public static Optional<ObjectRow> readFrom(BinaryReader in) {
    if (in.u8() != VERSION) {
      return Optional.empty();
    }
    boolean deleted = in.u8() != 0;
    int policy = (int) in.varint();
    ObjectPath path = new ObjectPath(in.text(), in.text(), in.text());
    Timestamp timestamp = new Timestamp(in.u64());
    Timestamp metadataTimestamp = new Timestamp(in.u64());
    long size = in.varint();
    String etag = in.text();
    String type = in.text();
    Map<String, String> metadata = in.map();
    Content content = readContent(in);
    return in.isMalformed()
        ? Optional.empty()
        : Optional.of(
            new ObjectRow(
                policy,
                path,
                timestamp,
                metadataTimestamp,
                deleted,
                size,
                etag,
                type,
                metadata,
                content));
  }

  private static Content readContent(BinaryReader in) {
    return switch (in.u8()) {
      case INLINE -> new Content.Inline(in.bytes());
      case EXTENTS -> readExtents(in);
      case FRAMED -> readFramed(in);
      case STAGED -> new Content.Staged(in.u64());
      case ELSEWHERE -> new Content.Elsewhere();
      case LOST -> new Content.Lost();
      default -> {
        in.fail();
        yield new Content.Elsewhere();
      }
    };
  }

  private static Content readFramed(BinaryReader in) {
    Content.Framed framed = new Content.Framed(in.u64(), in.bytes());
    in.u32();
    return framed;
  }

  private static Content readExtents(BinaryReader in) {
    int count = in.count(MINIMUM_EXTENT_BYTES);
    List<Extent> extents = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      extents.add(new Extent(in.signed(), in.u64(), in.varint(), in.varint()));
    }
    return new Content.Extents(extents);
  }
}
