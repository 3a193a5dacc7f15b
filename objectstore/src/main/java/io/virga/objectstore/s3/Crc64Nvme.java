package io.virga.objectstore.s3;

import java.nio.ByteBuffer;

/** CRC-64/NVME: reflected polynomial {@code 9A6C9329AC4BC9B5}, all ones in and out. */
final class Crc64Nvme implements Checksum {

  private static final long POLYNOMIAL = 0x9A6C9329AC4BC9B5L;
  private static final long[] TABLE = table();

  private long crc = ~0L;

  private static long[] table() {
    long[] table = new long[256];
    for (int i = 0; i < table.length; i++) {
      long value = i;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        value = (value & 1) != 0 ? value >>> 1 ^ POLYNOMIAL : value >>> 1;
      }
      table[i] = value;
    }
    return table;
  }

  @Override
  public void update(ByteBuffer bytes) {
    long value = crc;
    while (bytes.hasRemaining()) {
      value = TABLE[(int) (value ^ bytes.get()) & 0xFF] ^ value >>> 8;
    }
    crc = value;
  }

  @Override
  public byte[] value() {
    return ByteBuffer.allocate(Long.BYTES).putLong(~crc).array();
  }
}
