package io.virga.netagent.packet;

import io.netty.buffer.ByteBuf;

/** The Internet checksum (RFC 1071). */
final class Checksum {

  private Checksum() {}

  /** The sum of the 16-bit words, an odd last byte filled with zero. */
  static long sum(ByteBuf bytes, int index, int lengthBytes) {
    long sum = 0;
    int end = index + lengthBytes;
    for (int i = index; i + 1 < end; i += 2) {
      sum += bytes.getUnsignedShort(i);
    }
    return lengthBytes % 2 == 0 ? sum : sum + (bytes.getUnsignedByte(end - 1) << 8);
  }

  /** The complement of the sum with its carries added. */
  static int fold(long sum) {
    long folded = sum;
    while (folded >>> 16 != 0) {
      folded = (folded & 0xffff) + (folded >>> 16);
    }
    return (int) ~folded & 0xffff;
  }
}
