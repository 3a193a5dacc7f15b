package io.virga.control.image.format;

import io.virga.control.fault.ApiFault;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The footer of a VHD, of which those that grow have a copy at their beginning (Microsoft, Virtual
 * Hard Disk Image Format Specification, "Hard Disk Footer Format").
 *
 * @param type 2 for one of a fixed size, 3 for one that grows, 4 for the difference to another
 */
record VhdHeader(int type, long virtualSizeBytes) implements DiskHeader {

  private static final String MAGIC = "conectix";
  private static final int SIZE_OFFSET = 48;
  private static final int TYPE_OFFSET = 60;

  static Optional<VhdHeader> of(ByteBuffer head) {
    if (!DiskHeader.begins(head, MAGIC)) {
      return Optional.empty();
    }
    return Optional.of(
        DiskHeader.has(head, TYPE_OFFSET + Integer.BYTES)
            ? new VhdHeader(head.getInt(TYPE_OFFSET), head.getLong(SIZE_OFFSET))
            : new VhdHeader(0, 0));
  }

  @Override
  public String format() {
    return "vhd";
  }

  @Override
  public void check(long maxVirtualBytes) {
    if (type != 2 && type != 3) {
      throw ApiFault.badRequest(
          "The image is a VHD of the type %d, which needs other files; accepted are 2 and 3."
              .formatted(type));
    }
    DiskHeader.checkSize(virtualSizeBytes, maxVirtualBytes);
  }
}
