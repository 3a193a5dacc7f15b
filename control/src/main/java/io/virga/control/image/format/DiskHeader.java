package io.virga.control.image.format;

import io.virga.control.fault.ApiFault;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The header of a disk image in a format that has one. */
sealed interface DiskHeader
    permits QcowHeader, VmdkHeader, VmdkDescriptor, VdiHeader, VhdHeader, OtherHeader {

  /** Glance's name of the format. */
  String format();

  /** Refuses, saying why, what may not be taken in: what is not whole by itself, or too large. */
  void check(long maxVirtualBytes);

  /** What the first bytes are the header of; empty for a raw disk, or anything else. */
  static Optional<DiskHeader> of(byte[] head) {
    return Stream.<Function<ByteBuffer, Optional<? extends DiskHeader>>>of(
            QcowHeader::of,
            VmdkHeader::of,
            VdiHeader::of,
            VhdHeader::of,
            OtherHeader::of,
            VmdkDescriptor::of)
        .<DiskHeader>flatMap(reader -> reader.apply(ByteBuffer.wrap(head)).stream())
        .findFirst();
  }

  /** Whether the bytes begin with the text. */
  static boolean begins(ByteBuffer head, String magic) {
    byte[] expected = magic.getBytes(StandardCharsets.ISO_8859_1);
    return has(head, expected.length)
        && head.slice(0, expected.length).equals(ByteBuffer.wrap(expected));
  }

  static boolean has(ByteBuffer head, int length) {
    return head.limit() >= length;
  }

  static ByteBuffer littleEndian(ByteBuffer head) {
    return head.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  static void checkSize(long virtualSizeBytes, long maxVirtualBytes) {
    if (virtualSizeBytes <= 0 || virtualSizeBytes > maxVirtualBytes) {
      throw ApiFault.badRequest(
          "The image describes a disk of %s bytes; accepted are 1 to %d."
              .formatted(Long.toUnsignedString(virtualSizeBytes), maxVirtualBytes));
    }
  }
}
