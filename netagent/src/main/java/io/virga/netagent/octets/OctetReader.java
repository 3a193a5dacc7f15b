package io.virga.netagent.octets;

import io.netty.buffer.ByteBuf;

/** Reads a bounded stretch of bytes forwards; every read is checked against its end. */
public final class OctetReader {

  private final ByteBuf bytes;
  private int index;
  private final int end;

  private OctetReader(ByteBuf bytes, int index, int end) {
    this.bytes = bytes;
    this.index = index;
    this.end = end;
  }

  /** Reads {@code lengthBytes} from an index of the buffer, whose own indexes stay as they are. */
  public static OctetReader of(ByteBuf bytes, int index, int lengthBytes) {
    return new OctetReader(bytes, index, index + lengthBytes);
  }

  public int remaining() {
    return end - index;
  }

  public int u8() throws MalformedOctetsException {
    return bytes.getUnsignedByte(take(1));
  }

  public int u16() throws MalformedOctetsException {
    return bytes.getUnsignedShort(take(2));
  }

  public int i32() throws MalformedOctetsException {
    return bytes.getInt(take(4));
  }

  public long u32() throws MalformedOctetsException {
    return bytes.getUnsignedInt(take(4));
  }

  public long i64() throws MalformedOctetsException {
    return bytes.getLong(take(8));
  }

  public void skip(int lengthBytes) throws MalformedOctetsException {
    take(lengthBytes);
  }

  /** A copy of the next bytes. */
  public Octets octets(int lengthBytes) throws MalformedOctetsException {
    int from = take(lengthBytes);
    byte[] copy = new byte[lengthBytes];
    bytes.getBytes(from, copy);
    return Octets.copyOf(copy);
  }

  /** A copy of everything up to the end. */
  public Octets rest() throws MalformedOctetsException {
    return octets(remaining());
  }

  /** Another reader from here to the same end. */
  public OctetReader fork() {
    return new OctetReader(bytes, index, end);
  }

  /** A reader of the next bytes alone; this one goes on behind them. */
  public OctetReader sub(int lengthBytes) throws MalformedOctetsException {
    int from = take(lengthBytes);
    return new OctetReader(bytes, from, from + lengthBytes);
  }

  /** Skips the padding that brings {@code lengthBytes} to a multiple of eight, as far as there. */
  public void skipPadding(int lengthBytes) throws MalformedOctetsException {
    skip(Math.min(-lengthBytes & 7, remaining()));
  }

  private int take(int lengthBytes) throws MalformedOctetsException {
    if (lengthBytes < 0 || lengthBytes > end - index) {
      throw new MalformedOctetsException(
          "needs " + lengthBytes + " bytes where " + (end - index) + " are left");
    }
    int from = index;
    index += lengthBytes;
    return from;
  }
}
