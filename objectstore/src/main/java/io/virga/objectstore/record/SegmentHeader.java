package io.virga.objectstore.record;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The first 4 KiB of a segment file.
 *
 * @param segment its number; from 1, never used again on the device
 * @param previousSegment the journal segment before this one, 0 if none
 * @param previousEnd where that one's frames end; frames behind are not valid
 */
public record SegmentHeader(
    Type type, UUID device, long segment, long previousSegment, long previousEnd) {

  /** What the header takes up. */
  public static final int STORED_BYTES = 4096;

  private static final int VERSION = 1;
  private static final int CHECKED_BYTES = 48;

  /** What a segment holds. */
  public enum Type {
    JOURNAL(0x564F4A53),
    DATA(0x564F4453);

    private final int magic;

    Type(int magic) {
      this.magic = magic;
    }
  }

  /** The header as a block of its stored size. */
  public ByteBuffer encode() {
    ByteBuffer out = ByteBuffer.allocate(STORED_BYTES);
    out.putInt(type.magic).putInt(VERSION);
    out.putLong(device.getMostSignificantBits()).putLong(device.getLeastSignificantBits());
    out.putLong(segment).putLong(previousSegment).putLong(previousEnd);
    out.putInt(crc(out));
    return out.position(0);
  }

  /** The header in the bytes, if there is one of this type. */
  public static Optional<SegmentHeader> decode(Type type, ByteBuffer in) {
    if (in.limit() < STORED_BYTES
        || in.getInt(0) != type.magic
        || in.getInt(4) != VERSION
        || in.getInt(CHECKED_BYTES) != crc(in)) {
      return Optional.empty();
    }
    UUID device = new UUID(in.getLong(8), in.getLong(16));
    return Optional.of(
        new SegmentHeader(type, device, in.getLong(24), in.getLong(32), in.getLong(40)));
  }

  private static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(0, CHECKED_BYTES));
    return (int) crc.getValue();
  }
}
