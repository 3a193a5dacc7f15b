package io.virga.objectstore.s3.checksum;

import java.nio.ByteBuffer;

/**
 * Combines reflected CRCs whose register begins and ends inverted: the first is run through as many
 * zero bytes as the second is long, by squaring the matrix over GF(2) of one zero bit (as zlib's
 * {@code crc32_combine} does).
 *
 * @param polynomial reflected
 */
record CrcCombination(int bits, long polynomial) {

  byte[] combine(byte[] first, byte[] second, long secondLength) {
    long crc = toLong(first);
    long[] matrix = square(square(square(oneZeroBit())));
    for (long length = secondLength; length > 0; length >>>= 1) {
      if ((length & 1) != 0) {
        crc = times(matrix, crc);
      }
      matrix = square(matrix);
    }
    return toBytes(crc ^ toLong(second));
  }

  private long[] oneZeroBit() {
    long[] matrix = new long[bits];
    matrix[0] = polynomial;
    for (int i = 1; i < bits; i++) {
      matrix[i] = 1L << (i - 1);
    }
    return matrix;
  }

  private static long times(long[] matrix, long vector) {
    long sum = 0;
    for (int i = 0; i < matrix.length; i++) {
      if ((vector >>> i & 1) != 0) {
        sum ^= matrix[i];
      }
    }
    return sum;
  }

  private static long[] square(long[] matrix) {
    long[] squared = new long[matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      squared[i] = times(matrix, matrix[i]);
    }
    return squared;
  }

  private static long toLong(byte[] bytes) {
    long value = 0;
    for (byte b : bytes) {
      value = value << Byte.SIZE | (b & 0xFF);
    }
    return value;
  }

  private byte[] toBytes(long value) {
    return bits == Long.SIZE
        ? ByteBuffer.allocate(Long.BYTES).putLong(value).array()
        : ByteBuffer.allocate(Integer.BYTES).putInt((int) value).array();
  }
}
