package io.virga.netagent.wire;

import io.netty.buffer.ByteBuf;

/** Reads a bounded stretch of bytes forwards; every read is checked against its end. */
public final class WireReader {

  private final ByteBuf bytes;
  private int index;
  private final int end;

  private WireReader(ByteBuf bytes, int index, int end) {
    this.bytes = bytes;
    this.index = index;
    this.end = end;
  }

  /** Reads {@code lengthBytes} from an index of the buffer, whose own indexes stay as they are. */
  public static WireReader of(ByteBuf bytes, int index, int lengthBytes) {
    return new WireReader(bytes, index, index + lengthBytes);
  }

  public int remaining() {
    return end - index;
  }

  public int u8() throws MalformedWireException {
    return bytes.getUnsignedByte(take(1));
  }

  public int u16() throws MalformedWireException {
    return bytes.getUnsignedShort(take(2));
  }

  public int i32() throws MalformedWireException {
    return bytes.getInt(take(4));
  }

  public long u32() throws MalformedWireException {
    return bytes.getUnsignedInt(take(4));
  }

  public long i64() throws MalformedWireException {
    return bytes.getLong(take(8));
  }

  public void skip(int lengthBytes) throws MalformedWireException {
    take(lengthBytes);
  }

  /** A copy of the next bytes. */
  public Octets octets(int lengthBytes) throws MalformedWireException {
    int from = take(lengthBytes);
    byte[] copy = new byte[lengthBytes];
    bytes.getBytes(from, copy);
    return Octets.copyOf(copy);
  }

  /** A copy of everything up to the end. */
  public Octets rest() throws MalformedWireException {
    return octets(remaining());
  }

  /** Another reader from here to the same end. */
  public WireReader fork() {
    return new WireReader(bytes, index, end);
  }

  /** A reader of the next bytes alone; this one goes on behind them. */
  public WireReader sub(int lengthBytes) throws MalformedWireException {
    int from = take(lengthBytes);
    return new WireReader(bytes, from, from + lengthBytes);
  }

  /** Skips the padding that brings {@code lengthBytes} to a multiple of eight, as far as there. */
  public void skipPadding(int lengthBytes) throws MalformedWireException {
    skip(Math.min(-lengthBytes & 7, remaining()));
  }

  private int take(int lengthBytes) throws MalformedWireException {
    if (lengthBytes < 0 || lengthBytes > end - index) {
      throw new MalformedWireException(
          "needs " + lengthBytes + " bytes where " + (end - index) + " are left");
    }
    int from = index;
    index += lengthBytes;
    return from;
  }
}
