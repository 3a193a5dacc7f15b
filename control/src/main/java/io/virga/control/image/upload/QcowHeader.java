package io.virga.control.image.upload;

import io.virga.control.fault.ApiFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The first bytes of a qcow2 file (QEMU, docs/interop/qcow2.rst), read here and not by qemu-img:
 * what points to other files is refused before any tool opens what it points to.
 *
 * @param virtualSizeBytes the size of the disk that it describes
 */
record QcowHeader(
    int version, long backingOffset, int encryption, long incompatible, long virtualSizeBytes) {

  private static final int MAGIC = 0x514649fb;
  private static final int LENGTH = 104;
  private static final long EXTERNAL_DATA = 1L << 2;

  static boolean isQcow(byte[] first) {
    return first.length >= Integer.BYTES && ByteBuffer.wrap(first).getInt(0) == MAGIC;
  }

  /** Reads it; blocks. */
  static QcowHeader read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(LENGTH);
    try (FileChannel channel = FileChannel.open(file)) {
      while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
        // Until the header is whole or the file ends.
      }
    }
    if (bytes.position() < 72 || bytes.getInt(0) != MAGIC) {
      throw ApiFault.badRequest("The image is not in the format qcow2.");
    }
    int version = bytes.getInt(4);
    return new QcowHeader(
        version,
        bytes.getLong(8),
        bytes.getInt(32),
        version >= 3 ? bytes.getLong(72) : 0,
        bytes.getLong(24));
  }

  /** Refuses what may not be imported. */
  void check(long maxVirtualBytes) {
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
    if (virtualSizeBytes <= 0 || virtualSizeBytes > maxVirtualBytes) {
      throw ApiFault.badRequest(
          "The image describes a disk of %d bytes; accepted are 1 to %d."
              .formatted(virtualSizeBytes, maxVirtualBytes));
    }
  }
}
