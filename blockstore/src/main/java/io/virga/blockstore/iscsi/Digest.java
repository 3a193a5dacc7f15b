package io.virga.blockstore.iscsi;

import io.netty.buffer.ByteBuf;
import java.util.zip.CRC32C;

/** Header and data digests (RFC 7143 §13.1): CRC32C, on the wire with the low byte first. */
final class Digest {

  private Digest() {}

  static int of(ByteBuf bytes, int at, int length) {
    CRC32C crc = new CRC32C();
    if (bytes.nioBufferCount() == 1) {
      crc.update(bytes.internalNioBuffer(at, length));
    } else {
      for (var part : bytes.nioBuffers(at, length)) {
        crc.update(part);
      }
    }
    return (int) crc.getValue();
  }

  /** The digest of bytes and of the padding that is to follow them, the first of other bytes. */
  static int of(ByteBuf bytes, ByteBuf zeros, int at, int length, int padding) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.nioBuffer(at, length));
    crc.update(zeros.nioBuffer(0, padding));
    return (int) crc.getValue();
  }

  /** Whether the digest that stands behind the bytes is theirs. */
  static boolean matches(ByteBuf bytes, int at, int length) {
    return of(bytes, at, length) == bytes.getIntLE(at + length);
  }
}
