package io.virga.blockstore.scsi;

import io.virga.blockstore.scsi.Command.Extent;

/** What one command may ask for, as the Block Limits page says; in blocks of 512 bytes. */
final class UnitLimits {

  static final int TRANSFER_BLOCKS = 16 << 10;
  static final int OPTIMAL_TRANSFER_BLOCKS = 2 << 10;
  static final int COMPARE_AND_WRITE_BLOCKS = 128;
  static final int WRITE_SAME_BLOCKS = 32 << 10;
  static final int UNMAP_BLOCKS = 1 << 20;
  static final int UNMAP_DESCRIPTORS = 64;
  static final int PREFETCH_BLOCKS = 128 << 10;

  /** A physical block: 4 KiB. */
  static final int PHYSICAL_BLOCKS = 8;

  /** The longest parameter list of a command that has no other bound. */
  static final int PARAMETER_BYTES = 16 << 10;

  private UnitLimits() {}

  static boolean isInside(Extent extent, long deviceBytes) {
    long capacity = deviceBytes >>> Command.BLOCK_SHIFT;
    return extent.lba() >= 0
        && extent.lba() <= capacity
        && extent.blocks() <= capacity - extent.lba();
  }
}
