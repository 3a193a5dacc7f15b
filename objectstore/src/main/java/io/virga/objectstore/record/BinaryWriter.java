package io.virga.objectstore.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** Appends primitives to a growing array: big-endian numbers, LEB128 lengths, UTF-8 text. */
public final class BinaryWriter {

  private static final int LONGEST_KEPT = 1 << 20;

  private byte[] bytes;
  private int size;

  public BinaryWriter(int capacity) {
    bytes = new byte[Math.max(16, capacity)];
  }

  public BinaryWriter u8(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
    return this;
  }

  public BinaryWriter u32(int value) {
    ensure(Integer.BYTES);
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes[size++] = (byte) (value >>> shift);
    }
    return this;
  }

  public BinaryWriter u64(long value) {
    return u32((int) (value >>> 32)).u32((int) value);
  }

  /** A non-negative number in as few bytes as it needs. */
  public BinaryWriter varint(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
    return this;
  }

  /** A number in as few bytes as it needs, whichever its sign. */
  public BinaryWriter signed(long value) {
    return varint(value << 1 ^ value >> 63);
  }

  public BinaryWriter bytes(byte[] value) {
    return varint(value.length).raw(value);
  }

  public BinaryWriter raw(byte[] value) {
    ensure(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
    return this;
  }

  public BinaryWriter text(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  public BinaryWriter map(Map<String, String> map) {
    varint(map.size());
    map.forEach((key, value) -> text(key).text(value));
    return this;
  }

  public int size() {
    return size;
  }

  /** Begins anew, in the same array unless it has become very long. */
  public void clear() {
    size = 0;
    if (bytes.length > LONGEST_KEPT) {
      bytes = new byte[16];
    }
  }

  /** What has been written, until something else is. */
  public ByteBuffer written() {
    return ByteBuffer.wrap(bytes, 0, size);
  }

  public byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  private void ensure(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
