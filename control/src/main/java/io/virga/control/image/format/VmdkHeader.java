package io.virga.control.image.format;

import io.virga.control.fault.ApiFault;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The first bytes of a sparse VMDK extent (VMware, Virtual Disk Format 5.0, "Hosted Sparse
 * Extents") with the descriptor that it holds.
 *
 * @param capacitySectors the size of the disk; one of 0 has QEMU open what the descriptor names
 * @param descriptor empty if it holds none, or not at its beginning
 */
record VmdkHeader(long capacitySectors, Optional<VmdkDescriptor> descriptor) implements DiskHeader {

  private static final int SECTOR_BYTES = 512;
  private static final int LENGTH = 44;
  private static final String MAGIC = "KDMV";

  static Optional<VmdkHeader> of(ByteBuffer head) {
    if (!DiskHeader.begins(head, MAGIC)) {
      return Optional.empty();
    }
    if (!DiskHeader.has(head, LENGTH)) {
      return Optional.of(new VmdkHeader(0, Optional.empty()));
    }
    ByteBuffer fields = DiskHeader.littleEndian(head);
    return Optional.of(
        new VmdkHeader(
            fields.getLong(12), descriptor(head, fields.getLong(28), fields.getLong(36))));
  }

  private static Optional<VmdkDescriptor> descriptor(
      ByteBuffer head, long offsetSectors, long sizeSectors) {
    long most = head.limit() / SECTOR_BYTES;
    if (offsetSectors <= 0 || sizeSectors <= 0 || offsetSectors > most || sizeSectors > most) {
      return Optional.empty();
    }
    int from = (int) offsetSectors * SECTOR_BYTES;
    int length = (int) sizeSectors * SECTOR_BYTES;
    if (!DiskHeader.has(head, from + length)) {
      return Optional.empty();
    }
    byte[] bytes = new byte[length];
    head.get(from, bytes);
    return Optional.of(new VmdkDescriptor(new String(bytes, StandardCharsets.ISO_8859_1)));
  }

  @Override
  public String format() {
    return "vmdk";
  }

  @Override
  public void check(long maxVirtualBytes) {
    DiskHeader.checkSize(
        capacitySectors > maxVirtualBytes / SECTOR_BYTES
            ? Long.MAX_VALUE
            : capacitySectors * SECTOR_BYTES,
        maxVirtualBytes);
    descriptor
        .orElseThrow(
            () ->
                ApiFault.badRequest(
                    "The image is a VMDK without a descriptor at its beginning: a part of a disk."))
        .checkEmbedded();
  }
}
