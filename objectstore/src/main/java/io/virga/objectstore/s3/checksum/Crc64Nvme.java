package io.virga.objectstore.s3.checksum;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * CRC-64/NVME: reflected polynomial {@code 9A6C9329AC4BC9B5}, all ones in and out. Eight bytes a
 * step, by eight tables.
 */
final class Crc64Nvme implements Checksum {

  static final long POLYNOMIAL = 0x9A6C9329AC4BC9B5L;
  private static final long[][] TABLES = tables();

  private long crc = ~0L;

  /** The first table takes a byte; each further one takes it with one more zero byte behind. */
  private static long[][] tables() {
    long[][] tables = new long[Long.BYTES][256];
    for (int i = 0; i < 256; i++) {
      long value = i;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        value = (value & 1) != 0 ? value >>> 1 ^ POLYNOMIAL : value >>> 1;
      }
      tables[0][i] = value;
    }
    for (int k = 1; k < tables.length; k++) {
      for (int i = 0; i < 256; i++) {
        long before = tables[k - 1][i];
        tables[k][i] = tables[0][(int) before & 0xFF] ^ before >>> Byte.SIZE;
      }
    }
    return tables;
  }

  @Override
  public void update(ByteBuffer bytes) {
    ByteBuffer in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    long value = crc;
    while (in.remaining() >= Long.BYTES) {
      long word = value ^ in.getLong();
      value = 0;
      for (int k = 0; k < Long.BYTES; k++) {
        value ^= TABLES[Long.BYTES - 1 - k][(int) (word >>> k * Byte.SIZE) & 0xFF];
      }
    }
    while (in.hasRemaining()) {
      value = TABLES[0][(int) (value ^ in.get()) & 0xFF] ^ value >>> Byte.SIZE;
    }
    crc = value;
  }

  @Override
  public byte[] value() {
    return ByteBuffer.allocate(Long.BYTES).putLong(~crc).array();
  }
}
