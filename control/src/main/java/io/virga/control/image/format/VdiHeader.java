package io.virga.control.image.format;

import io.virga.control.fault.ApiFault;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The first bytes of a VDI (VirtualBox, VDICore.h).
 *
 * @param type 1 for one that grows, 2 for one of a fixed size, others need further files
 */
record VdiHeader(int type, long virtualSizeBytes) implements DiskHeader {

  private static final int MAGIC = 0xbeda107f;
  private static final int MAGIC_OFFSET = 0x40;
  private static final int TYPE_OFFSET = 0x4c;
  private static final int SIZE_OFFSET = 0x170;

  static Optional<VdiHeader> of(ByteBuffer head) {
    ByteBuffer fields = DiskHeader.littleEndian(head);
    if (!DiskHeader.has(head, MAGIC_OFFSET + Integer.BYTES)
        || fields.getInt(MAGIC_OFFSET) != MAGIC) {
      return Optional.empty();
    }
    return Optional.of(
        DiskHeader.has(head, SIZE_OFFSET + Long.BYTES)
            ? new VdiHeader(fields.getInt(TYPE_OFFSET), fields.getLong(SIZE_OFFSET))
            : new VdiHeader(0, 0));
  }

  @Override
  public String format() {
    return "vdi";
  }

  @Override
  public void check(long maxVirtualBytes) {
    if (type != 1 && type != 2) {
      throw ApiFault.badRequest(
          "The image is a VDI of the type %d, which needs other files; accepted are 1 and 2."
              .formatted(type));
    }
    DiskHeader.checkSize(virtualSizeBytes, maxVirtualBytes);
  }
}
