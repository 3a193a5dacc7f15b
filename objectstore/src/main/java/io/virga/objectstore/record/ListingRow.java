package io.virga.objectstore.record;

import java.util.Optional;

/**
 * An object as its container lists it, or the mark that it is listed no more.
 *
 * @param sizeBytes what a listing shows; the whole size for a manifest that knows it
 * @param countedBytes what counts for the container's bytes used
 * @param etag what a listing shows
 * @param contentType of the object, and behind it what else listings tell, as parameters that no
 *     client sees
 */
public record ListingRow(
    Timestamp timestamp,
    boolean deleted,
    long sizeBytes,
    long countedBytes,
    String etag,
    String contentType) {

  /** What parameters that no client sees begin with. */
  public static final String HIDDEN = ";virga_";

  private static final String MANIFEST_ETAG = HIDDEN + "manifest=";
  private static final String LINKED_VERSION = HIDDEN + "version=";
  private static final int VERSION = 2;
  private static final int DELETED_AT = 1 + Long.BYTES;

  /** An object that is there. */
  public static ListingRow of(
      Timestamp at, long sizeBytes, long countedBytes, String etag, String contentType) {
    return new ListingRow(at, false, sizeBytes, countedBytes, etag, contentType);
  }

  /** The same, of a manifest that has this MD5 itself. */
  public ListingRow withManifestEtag(String md5) {
    return withHidden(MANIFEST_ETAG + md5);
  }

  /** The same, of a link to a version. */
  public ListingRow withLinkedVersion(String version) {
    return withHidden(LINKED_VERSION + version);
  }

  private ListingRow withHidden(String parameter) {
    return of(timestamp, sizeBytes, countedBytes, etag, contentType + parameter);
  }

  /** The MD5 of the manifest itself, where {@code etag} is of what it puts together. */
  public Optional<String> manifestEtag() {
    return hidden(MANIFEST_ETAG);
  }

  /** The version that is linked to. */
  public Optional<String> linkedVersion() {
    return hidden(LINKED_VERSION);
  }

  private Optional<String> hidden(String parameter) {
    int at = contentType.indexOf(parameter);
    if (at < 0) {
      return Optional.empty();
    }
    int from = at + parameter.length();
    int end = contentType.indexOf(';', from);
    return Optional.of(contentType.substring(from, end < 0 ? contentType.length() : end));
  }

  /** A content type without parameters that no client sees. */
  public static String shownType(String contentType) {
    int at = contentType.indexOf(HIDDEN);
    return at < 0 ? contentType : contentType.substring(0, at);
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
