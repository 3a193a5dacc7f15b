package io.virga.control.image.upload;

import io.virga.control.fault.ApiFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much larger an image may be unpacked than as it came. A disk that guests have written packs
 * to a third or so; one that packs to a hundredth was made to fill what it is unpacked on.
 */
final class Expansion {

  private static final long MOST = 100;

  /** What is never too much. */
  private static final long ALLOWED_BYTES = 256L << 20;

  /** What is left to others on the device that images are unpacked on. */
  private static final long RESERVE_BYTES = 1L << 30;

  private Expansion() {}

  /**
   * Fails with bad request if the image unpacks to too much, with unavailable if there is no room
   * for it now. Blocks.
   *
   * @param folder where it is to be unpacked
   */
  static void check(Path folder, long packedBytes, long unpackedBytes) throws IOException {
    if (unpackedBytes > ALLOWED_BYTES && unpackedBytes / MOST > packedBytes) {
      throw ApiFault.badRequest(
          "The image unpacks from %d to %d bytes, more than %d times as many."
              .formatted(packedBytes, unpackedBytes, MOST));
    }
    if (unpackedBytes > Files.getFileStore(folder).getUsableSpace() - RESERVE_BYTES) {
      throw ApiFault.unavailable("There is no room to unpack the image now; try again later.");
    }
  }
}
