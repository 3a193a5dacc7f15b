package io.virga.objectstore.record;

import java.util.Optional;

/**
 * An object as its container lists it.
 *
 * @param sizeBytes what a listing shows; the whole size for a manifest that knows it
 * @param countedBytes what counts for the container's bytes used
 * @param etag what a listing shows
 */
public record ListingRow(
    Timestamp timestamp, long sizeBytes, long countedBytes, String etag, String contentType) {

  private static final int VERSION = 1;

  /** The row as bytes. */
  public byte[] encode() {
    BinaryWriter out = new BinaryWriter(80);
    writeTo(out);
    return out.toBytes();
  }

  void writeTo(BinaryWriter out) {
    out.u8(VERSION).u64(timestamp.micros()).varint(sizeBytes).varint(countedBytes);
    out.text(etag).text(contentType);
  }

  /** The row of bytes, empty if they are none. */
  public static Optional<ListingRow> decode(byte[] bytes) {
    return readFrom(new BinaryReader(bytes));
  }

  static Optional<ListingRow> readFrom(BinaryReader in) {
    if (in.u8() != VERSION) {
      return Optional.empty();
    }
    ListingRow row =
        new ListingRow(new Timestamp(in.u64()), in.varint(), in.varint(), in.text(), in.text());
    return in.isMalformed() ? Optional.empty() : Optional.of(row);
  }
}
