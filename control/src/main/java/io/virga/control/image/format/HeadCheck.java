package io.virga.control.image.format;

import io.virga.control.fault.ApiFault;
import java.util.Arrays;
import java.util.Optional;

/**
 * Looks at the first bytes of an image as they go by, wherever pieces end. Holds as much as it
 * looks at. Used by one thread at a time.
 */
public final class HeadCheck {

  /** Enough for every header, and for the descriptor behind that of a VMDK. */
  private static final int HEAD_BYTES = 128 << 10;

  private static final int FIRST_BYTES = 4 << 10;

  private static final String QCOW = "qcow2";

  private final String declared;
  private final long maxVirtualBytes;
  private byte[] head = new byte[FIRST_BYTES];
  private int filled;
  private boolean checked;

  /**
   * @param declared Glance's name of the format that the image is said to be in
   * @param maxVirtualBytes the largest disk that it may describe
   */
  public HeadCheck(String declared, long maxVirtualBytes) {
    this.declared = declared;
    this.maxVirtualBytes = maxVirtualBytes;
  }

  /** Fails with bad request, saying why, as soon as the image is known to be one to refuse. */
  public void accept(byte[] piece) {
    if (checked) {
      return;
    }
    int length = Math.min(piece.length, HEAD_BYTES - filled);
    if (filled + length > head.length) {
      head = Arrays.copyOf(head, Math.clamp(2L * head.length, filled + length, HEAD_BYTES));
    }
    System.arraycopy(piece, 0, head, filled, length);
    filled += length;
    if (filled == HEAD_BYTES) {
      check();
    }
  }

  /** There are no more bytes; fails likewise. */
  public void finish() {
    if (!checked) {
      check();
    }
  }

  private void check() {
    checked = true;
    Optional<DiskHeader> header = DiskHeader.of(Arrays.copyOf(head, filled));
    String format = header.map(DiskHeader::format).orElse(declared);
    if (!format.equals(declared)) {
      throw ApiFault.badRequest(
          "The image is in the format %s, not %s as its disk_format says."
              .formatted(format, declared));
    }
    if (header.isEmpty() && declared.equals(QCOW)) {
      throw ApiFault.badRequest("The image is not in the format qcow2.");
    }
    header.ifPresent(one -> one.check(maxVirtualBytes));
    head = new byte[0];
  }
}
