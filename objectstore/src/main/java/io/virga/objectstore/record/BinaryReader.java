package io.virga.objectstore.record;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads what {@link BinaryWriter} wrote, from bytes that need not be so. Reading beyond the end or
 * a wrong length sets {@link #isMalformed()} for good; every later value is zero or empty.
 */
public final class BinaryReader {

  private final byte[] bytes;
  private final int end;
  private int position;
  private boolean malformed;

  public BinaryReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  public BinaryReader(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.position = offset;
    this.end = offset + length;
  }

  public boolean isMalformed() {
    return malformed;
  }

  /** What was read makes no sense. */
  public void fail() {
    malformed = true;
  }

  public boolean hasMore() {
    return !malformed && position < end;
  }

  /** Where the next value stands. */
  public int position() {
    return position;
  }

  public int u8() {
    return take(1) ? bytes[position - 1] & 0xFF : 0;
  }

  public int u32() {
    if (!take(Integer.BYTES)) {
      return 0;
    }
    int value = 0;
    for (int i = Integer.BYTES; i > 0; i--) {
      value = value << 8 | bytes[position - i] & 0xFF;
    }
    return value;
  }

  public long u64() {
    long high = u32();
    return high << 32 | u32() & 0xFFFFFFFFL;
  }

  public long varint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int next = u8();
      value |= (long) (next & 0x7F) << shift;
      if ((next & 0x80) == 0) {
        return value;
      }
    }
    malformed = true;
    return 0;
  }

  /** What {@link BinaryWriter#signed} wrote. */
  public long signed() {
    long value = varint();
    return value >>> 1 ^ -(value & 1);
  }

  /**
   * A count of things that take at least {@code minimumBytes} each, so it cannot exceed the rest.
   */
  public int count(int minimumBytes) {
    long count = varint();
    if (count < 0 || count > (end - position) / Math.max(1, minimumBytes)) {
      malformed = true;
      return 0;
    }
    return (int) count;
  }

  public byte[] bytes() {
    int length = count(1);
    if (!take(length)) {
      return new byte[0];
    }
    byte[] value = new byte[length];
    System.arraycopy(bytes, position - length, value, 0, length);
    return value;
  }

  public String text() {
    int length = count(1);
    return take(length) ? new String(bytes, position - length, length, StandardCharsets.UTF_8) : "";
  }

  public Map<String, String> map() {
    int count = count(2);
    Map<String, String> map = LinkedHashMap.newLinkedHashMap(count);
    for (int i = 0; i < count && !malformed; i++) {
      map.put(text(), text());
    }
    return map;
  }

  private boolean take(int length) {
    if (malformed || length < 0 || length > end - position) {
      malformed = true;
      return false;
    }
    position += length;
    return true;
  }
}
