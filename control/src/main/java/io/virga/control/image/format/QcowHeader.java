package io.virga.control.image.format;

import io.virga.control.fault.ApiFault;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The first bytes of a qcow2 file (QEMU, docs/interop/qcow2.rst).
 *
 * @param virtualSizeBytes the size of the disk that it describes
 */
record QcowHeader(
    int version, long backingOffset, int encryption, long incompatible, long virtualSizeBytes)
    implements DiskHeader {

  private static final int MAGIC = 0x514649fb;
  private static final int LENGTH = 72;
  private static final int LENGTH_WITH_FEATURES = 80;
  private static final long EXTERNAL_DATA = 1L << 2;

  static Optional<QcowHeader> of(ByteBuffer head) {
    if (!DiskHeader.has(head, Integer.BYTES) || head.getInt(0) != MAGIC) {
      return Optional.empty();
    }
    int version = DiskHeader.has(head, LENGTH) ? head.getInt(4) : 0;
    boolean features = version >= 3 && DiskHeader.has(head, LENGTH_WITH_FEATURES);
    return Optional.of(
        version == 0 || version >= 3 && !features
            ? new QcowHeader(0, 0, 0, 0, 0)
            : new QcowHeader(
                version,
                head.getLong(8),
                head.getInt(32),
                features ? head.getLong(72) : 0,
                head.getLong(24)));
  }

  @Override
  public String format() {
    return "qcow2";
  }

  @Override
  public void check(long maxVirtualBytes) {
    if (version != 2 && version != 3) {
      throw ApiFault.badRequest("The image is qcow2 of version " + version + ", not 2 or 3.");
    }
    if (backingOffset != 0) {
      throw ApiFault.badRequest(
          "The image has a backing file; an image must be whole, see 'qemu-img rebase -b \"\"'.");
    }
    if ((incompatible & EXTERNAL_DATA) != 0) {
      throw ApiFault.badRequest("The image has an external data file; an image must be whole.");
    }
    if (encryption != 0) {
      throw ApiFault.badRequest("The image is encrypted; guests could not boot from it.");
    }
    DiskHeader.checkSize(virtualSizeBytes, maxVirtualBytes);
  }
}
