package io.virga.objectstore.record;

import java.util.Optional;

/**
 * An object as its container lists it, or the mark that it is listed no more.
 *
 * @param sizeBytes what a listing shows; the whole size for a manifest that knows it
 * @param countedBytes what counts for the container's bytes used
 * @param etag what a listing shows
 */
public record ListingRow(
    Timestamp timestamp,
    boolean deleted,
    long sizeBytes,
    long countedBytes,
    String etag,
    String contentType) {

  private static final int VERSION = 2;
  private static final int DELETED_AT = 1 + Long.BYTES;

  /** An object that is there. */
  public static ListingRow of(
      Timestamp at, long sizeBytes, long countedBytes, String etag, String contentType) {
    return new ListingRow(at, false, sizeBytes, countedBytes, etag, contentType);
  }

  /** The mark that an object was deleted. */
  public static ListingRow tombstone(Timestamp at) {
    return new ListingRow(at, true, 0, 0, "", "");
  }

  /** Whether the bytes of a row are of an object that is there; cheaper than decoding them. */
  public static boolean isLive(byte[] bytes) {
    return bytes.length > DELETED_AT && bytes[DELETED_AT] == 0;
  }

  /** Which of two rows of the same name holds. */
  public boolean isNewerThan(ListingRow other) {
    int order = timestamp.compareTo(other.timestamp);
    if (order == 0 && deleted != other.deleted) {
      return deleted;
    }
    return order == 0 ? etag.compareTo(other.etag) > 0 : order > 0;
  }

  /** The row as bytes. */
  public byte[] encode() {
    BinaryWriter out = new BinaryWriter(80);
    writeTo(out);
    return out.toBytes();
  }

  /** Appends the row. */
  public void writeTo(BinaryWriter out) {
    out.u8(VERSION).u64(timestamp.micros()).u8(deleted ? 1 : 0);
    out.varint(sizeBytes).varint(countedBytes).text(etag).text(contentType);
  }

  /** The row of bytes, empty if they are none. */
  public static Optional<ListingRow> decode(byte[] bytes) {
    return readFrom(new BinaryReader(bytes));
  }

  /** The row that comes next, empty if there is none. */
  public static Optional<ListingRow> readFrom(BinaryReader in) {
    if (in.u8() != VERSION) {
      return Optional.empty();
    }
    ListingRow row =
        new ListingRow(
            new Timestamp(in.u64()), in.u8() != 0, in.varint(), in.varint(), in.text(), in.text());
    return in.isMalformed() ? Optional.empty() : Optional.of(row);
  }
}
