package io.virga.objectstore.record;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The unit of checking in a data segment: up to 64 KiB of data and their CRC32C behind them. */
public final class Block {

  /** The data of a full block. */
  public static final int DATA_BYTES = 64 * 1024;

  /** What follows the data. */
  public static final int CHECKSUM_BYTES = Integer.BYTES;

  /** A full block with its checksum. */
  public static final int STORED_BYTES = DATA_BYTES + CHECKSUM_BYTES;

  private Block() {}

  /** What a run of data takes up. */
  public static long storedBytes(long dataBytes) {
    return dataBytes + Math.ceilDiv(dataBytes, (long) DATA_BYTES) * CHECKSUM_BYTES;
  }

  /**
   * The checksum of a block.
   *
   * @param data the remaining bytes are the block's; its position does not move
   */
  public static int checksum(long extentId, long blockIndex, ByteBuffer data) {
    CRC32C crc = new CRC32C();
    for (int shift = 56; shift >= 0; shift -= 8) {
      crc.update((int) (extentId >>> shift) & 0xFF);
    }
    for (int shift = 24; shift >= 0; shift -= 8) {
      crc.update((int) (blockIndex >>> shift) & 0xFF);
    }
    crc.update(data.duplicate());
    return (int) crc.getValue();
  }
}
