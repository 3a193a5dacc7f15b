package io.virga.objectstore.record;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A journal frame: entries that take effect together or not at all.
 *
 * <pre>
 *  0 u32 magic "VOJF"        24 u64 timestamp, microseconds
 *  4 u16 format version, 1   32 u64 synced before: the segment was durable up to here when
 *  6 u16 flags, 0                   the frame was written
 *  8 u64 segment number      40 u32 CRC32C of each 64 KiB of payload …
 * 16 u32 payload length      .. u32 CRC32C of all the header before
 * 20 u32 reserved, 0         .. payload
 * </pre>
 *
 * @param segment the journal segment it was written for; a recycled file holds frames of others
 */
public record Frame(long segment, Timestamp timestamp, long syncedBefore, byte[] payload) {

  /** The longest payload. */
  public static final int MAXIMUM_PAYLOAD_BYTES = 8 * 1024 * 1024;

  /** What a frame begins with. */
  public static final int MAGIC_NUMBER = 0x564F4A46;

  private static final int VERSION = 1;
  private static final int FIXED_BYTES = 40;

  /** What the frame takes up. */
  public static int storedBytes(int payloadBytes) {
    return headerBytes(payloadBytes) + payloadBytes;
  }

  private static int headerBytes(int payloadBytes) {
    return FIXED_BYTES + Integer.BYTES * (Math.ceilDiv(payloadBytes, Block.DATA_BYTES) + 1);
  }

  /**
   * Appends a frame.
   *
   * @param payload its remaining bytes are the payload
   * @param out must have room for {@link #storedBytes}
   */
  public static void encode(
      long segment, Timestamp timestamp, long syncedBefore, ByteBuffer payload, ByteBuffer out) {
    int start = out.position();
    int length = payload.remaining();
    out.putInt(MAGIC_NUMBER).putShort((short) VERSION).putShort((short) 0).putLong(segment);
    out.putInt(length).putInt(0).putLong(timestamp.micros()).putLong(syncedBefore);
    for (int offset = 0; offset < length; offset += Block.DATA_BYTES) {
      int block = Math.min(Block.DATA_BYTES, length - offset);
      out.putInt(crc(payload.slice(payload.position() + offset, block)));
    }
    out.putInt(crc(out.slice(start, out.position() - start)));
    out.put(payload);
  }

  /** What the bytes at a place turned out to be. */
  public sealed interface Decoded {}

  /** A whole, undamaged frame. */
  public record Complete(Frame frame, int storedBytes) implements Decoded {}

  /** No frame of this segment: never written, torn, damaged, or of an earlier life of the file. */
  public record None() implements Decoded {}

  /**
   * Decodes the frame at an offset of the buffer, which is not changed.
   *
   * @param segment the number of the journal segment
   */
  public static Decoded decode(ByteBuffer in, int offset, long segment) {
    if (offset < 0
        || in.limit() - offset < FIXED_BYTES
        || in.getInt(offset) != MAGIC_NUMBER
        || in.getShort(offset + 4) != VERSION
        || in.getLong(offset + 8) != segment) {
      return new None();
    }
    int length = in.getInt(offset + 16);
    if (length < 0 || length > MAXIMUM_PAYLOAD_BYTES) {
      return new None();
    }
    int header = headerBytes(length);
    int stored = storedBytes(length);
    if (in.limit() - offset < stored) {
      return new None();
    }
    int checkedBytes = header - Integer.BYTES;
    if (crc(in.slice(offset, checkedBytes)) != in.getInt(offset + checkedBytes)) {
      return new None();
    }
    byte[] payload = new byte[length];
    in.get(offset + header, payload);
    for (int block = 0; block * Block.DATA_BYTES < length; block++) {
      int start = block * Block.DATA_BYTES;
      int expected = in.getInt(offset + FIXED_BYTES + block * Integer.BYTES);
      if (crc(payload, start, Math.min(Block.DATA_BYTES, length - start)) != expected) {
        return new None();
      }
    }
    Timestamp timestamp = new Timestamp(in.getLong(offset + 24));
    return new Complete(new Frame(segment, timestamp, in.getLong(offset + 32), payload), stored);
  }

  private static int crc(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  private static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
