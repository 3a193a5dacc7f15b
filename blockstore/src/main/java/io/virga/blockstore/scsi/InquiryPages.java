package io.virga.blockstore.scsi;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** INQUIRY data and vital product data pages (SPC-4 §6.6, §7.8; SBC-3 §6.6). */
final class InquiryPages {

  private static final int STANDARD_BYTES = 96;
  private static final int[] VERSIONS = {0x00a0, 0x0960, 0x0460, 0x04c0};
  private static final int READABLE_AFTER_ERASE = 0x40;
  private static final byte[] PAGES = {
    0, (byte) 0x80, (byte) 0x83, (byte) 0x8f, (byte) 0xb0, (byte) 0xb1, (byte) 0xb2
  };

  private final UnitIdentity identity;

  InquiryPages(UnitIdentity identity) {
    this.identity = identity;
  }

  /** Standard data; {@code peripheral} says whether there is a unit. */
  static void standard(int peripheral, ByteBuf out) {
    int start = out.writerIndex();
    out.writeByte(peripheral).writeByte(0).writeByte(6).writeByte(0x12);
    out.writeByte(STANDARD_BYTES - 5).writeByte(0x18).writeByte(0).writeByte(2);
    ascii(out, UnitIdentity.VENDOR);
    ascii(out, UnitIdentity.PRODUCT);
    ascii(out, UnitIdentity.REVISION);
    out.writeZero(22);
    for (int version : VERSIONS) {
      out.writeShort(version);
    }
    out.writeZero(STANDARD_BYTES - (out.writerIndex() - start));
  }

  private static void ascii(ByteBuf out, String text) {
    out.writeCharSequence(text, StandardCharsets.US_ASCII);
  }

  /** A page; answers false if there is none of the number. */
  boolean page(int number, NexusName nexus, ByteBuf out) {
    int start = out.writerIndex();
    out.writeByte(0).writeByte(number).writeShort(0);
    switch (number) {
      case 0x00 -> out.writeBytes(PAGES);
      case 0x80 -> ascii(out, identity.serial());
      case 0x83 -> identification(nexus, out);
      case 0x8f -> thirdPartyCopy(out);
      case 0xb0 -> blockLimits(out);
      case 0xb1 -> out.writeShort(1).writeByte(0).writeByte(READABLE_AFTER_ERASE).writeZero(56);
      case 0xb2 -> out.writeByte(0).writeByte(0xe4).writeByte(2).writeByte(0);
      default -> {
        return false;
      }
    }
    out.setShort(start + 2, out.writerIndex() - start - 4);
    return true;
  }

  private void identification(NexusName nexus, ByteBuf out) {
    out.writeByte(1).writeByte(3).writeByte(0).writeByte(8);
    out.writeLong(identity.locallyAssignedName());
    String vendorName = UnitIdentity.VENDOR + identity.serial();
    out.writeByte(2).writeByte(1).writeByte(0).writeByte(vendorName.length());
    ascii(out, vendorName);
    out.writeByte(0x51)
        .writeByte(0x94)
        .writeByte(0)
        .writeByte(4)
        .writeInt(UnitIdentity.TARGET_PORT);
    out.writeByte(0x51)
        .writeByte(0x95)
        .writeByte(0)
        .writeByte(4)
        .writeInt(UnitIdentity.TARGET_PORT);
    int bytes = nexus.target().length();
    int padded = (bytes + 4) & ~3;
    out.writeByte(0x53).writeByte(0x98).writeByte(0).writeByte(padded);
    ascii(out, nexus.target());
    out.writeZero(padded - bytes);
  }

  private static void blockLimits(ByteBuf out) {
    out.writeByte(0).writeByte(UnitLimits.COMPARE_AND_WRITE_BLOCKS);
    out.writeShort(UnitLimits.PHYSICAL_BLOCKS);
    out.writeInt(UnitLimits.TRANSFER_BLOCKS).writeInt(UnitLimits.OPTIMAL_TRANSFER_BLOCKS);
    out.writeInt(UnitLimits.PREFETCH_BLOCKS);
    out.writeInt(UnitLimits.UNMAP_BLOCKS).writeInt(UnitLimits.UNMAP_DESCRIPTORS);
    out.writeInt(UnitLimits.PHYSICAL_BLOCKS).writeInt(0x80000000);
    out.writeLong(UnitLimits.WRITE_SAME_BLOCKS).writeZero(20);
  }

  /**
   * Supported commands, parameter data, target and segment descriptors, segments (SPC-4 §7.8.17).
   */
  private static void thirdPartyCopy(ByteBuf out) {
    out.writeShort(0x0001).writeShort(8);
    out.writeByte(7).writeByte(0x83).writeByte(1).writeByte(0);
    out.writeByte(0x84).writeByte(2).writeByte(0).writeByte(3);
    out.writeShort(0x0004).writeShort(28).writeInt(0);
    out.writeShort(CopyList.MAXIMUM_TARGETS).writeShort(CopyList.MAXIMUM_SEGMENTS);
    out.writeInt(CopyList.MAXIMUM_LIST_BYTES).writeZero(16);
    out.writeShort(0x0008).writeShort(4);
    out.writeByte(2).writeByte(CopyList.BLOCK_TO_BLOCK).writeByte(CopyList.IDENTIFICATION);
    out.writeByte(0);
    out.writeShort(0x8001).writeShort(32).writeInt(1).writeInt(1).writeZero(24);
  }
}
