package io.virga.netagent.octets;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.HexFormat;

/** Immutable bytes that compare by content; ordered as unsigned big-endian numbers. */
public final class Octets implements Comparable<Octets> {

  /** No bytes. */
  public static final Octets EMPTY = new Octets(new byte[0]);

  private final byte[] bytes;

  private Octets(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A copy of the array. */
  public static Octets copyOf(byte[] bytes) {
    return new Octets(bytes.clone());
  }

  /** From hexadecimal digits, two a byte. */
  public static Octets ofHex(String hex) {
    return new Octets(HexFormat.of().parseHex(hex));
  }

  /**
   * The low {@code widthBytes} bytes of the value, big-endian; wider than eight is filled with
   * zeros on the left.
   */
  public static Octets ofLong(long value, int widthBytes) {
    byte[] bytes = new byte[widthBytes];
    for (int i = 0; i < Math.min(widthBytes, Long.BYTES); i++) {
      bytes[widthBytes - 1 - i] = (byte) (value >>> (8 * i));
    }
    return new Octets(bytes);
  }

  /** All bits set. */
  public static Octets ones(int widthBytes) {
    byte[] bytes = new byte[widthBytes];
    Arrays.fill(bytes, (byte) 0xff);
    return new Octets(bytes);
  }

  /** The bytes between two indexes. */
  public Octets slice(int fromIndex, int toIndex) {
    return new Octets(Arrays.copyOfRange(bytes, fromIndex, toIndex));
  }

  /** These bytes and others behind them. */
  public Octets join(Octets others) {
    byte[] joined = Arrays.copyOf(bytes, bytes.length + others.bytes.length);
    System.arraycopy(others.bytes, 0, joined, bytes.length, others.bytes.length);
    return new Octets(joined);
  }

  /** Bitwise and with bytes of the same length. */
  public Octets and(Octets mask) {
    byte[] result = new byte[bytes.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (byte) (bytes[i] & mask.bytes[i]);
    }
    return new Octets(result);
  }

  /** Whether every bit is zero. */
  public boolean isZero() {
    for (byte b : bytes) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether every bit is one. */
  public boolean isOnes() {
    for (byte b : bytes) {
      if (b != (byte) 0xff) {
        return false;
      }
    }
    return true;
  }

  /** The last eight bytes as a big-endian number. */
  public long toLong() {
    long value = 0;
    for (int i = Math.max(0, bytes.length - Long.BYTES); i < bytes.length; i++) {
      value = value << 8 | bytes[i] & 0xff;
    }
    return value;
  }

  public int length() {
    return bytes.length;
  }

  /** A copy. */
  public byte[] toByteArray() {
    return bytes.clone();
  }

  /** Appends the bytes. */
  public void writeTo(ByteBuf out) {
    out.writeBytes(bytes);
  }

  @Override
  public int compareTo(Octets other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Octets octets && Arrays.equals(bytes, octets.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
