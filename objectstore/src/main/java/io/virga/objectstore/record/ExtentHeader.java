package io.virga.objectstore.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * What stands before the blocks of an extent, so that a data segment explains itself without the
 * index: magic {@code VOXH}, version, header length, segment, extent id, timestamp, capacity, path,
 * CRC32C.
 *
 * @param capacityBytes the stored bytes that were reserved behind the header
 */
public record ExtentHeader(
    long segment, long id, Timestamp timestamp, long capacityBytes, String path) {

  private static final int MAGIC = 0x564F5848;
  private static final int VERSION = 1;
  private static final int FIXED_BYTES = 44;

  /** What the header takes up. */
  public int storedBytes() {
    return FIXED_BYTES + path.getBytes(StandardCharsets.UTF_8).length;
  }

  /** Whether bytes are the undamaged header of an extent of an object. */
  public static boolean isHeaderOf(ByteBuffer bytes, Extent extent, ObjectPath path) {
    byte[] text = path.toString().getBytes(StandardCharsets.UTF_8);
    int start = bytes.position();
    int end = FIXED_BYTES + text.length - Integer.BYTES;
    if (bytes.remaining() != end + Integer.BYTES) {
      return false;
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(start, end));
    return bytes.getInt(start + end) == (int) crc.getValue()
        && bytes.getInt(start) == MAGIC
        && bytes.getLong(start + 8) == extent.segment()
        && bytes.getLong(start + 16) == extent.id()
        && bytes.slice(start + 40, text.length).equals(ByteBuffer.wrap(text));
  }

  /** What the header of an object's extents takes up. */
  public static int storedBytes(ObjectPath path) {
    return FIXED_BYTES + path.toString().getBytes(StandardCharsets.UTF_8).length;
  }

  /** Appends the header. */
  public void encode(ByteBuffer out) {
    byte[] text = path.getBytes(StandardCharsets.UTF_8);
    int start = out.position();
    out.putInt(MAGIC).putShort((short) VERSION).putShort((short) text.length);
    out.putLong(segment).putLong(id).putLong(timestamp.micros()).putLong(capacityBytes).put(text);
    CRC32C crc = new CRC32C();
    crc.update(out.slice(start, out.position() - start));
    out.putInt((int) crc.getValue());
  }
}
