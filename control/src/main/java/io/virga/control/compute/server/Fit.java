package io.virga.control.compute.server;

import io.virga.control.compute.model.Server;
import io.virga.control.fault.ApiFault;
import io.virga.control.image.BootImages.BootImage;

/** Whether a size has room for an image. */
final class Fit {

  private static final long GIBIBYTE = 1L << 30;

  private Fit() {}

  /** Fails with bad request in Nova's words if it has not. */
  static void check(BootImage image, Server.Size size) {
    if (image.minRamMib() > size.ramMib()) {
      throw ApiFault.badRequest(
          "Flavor's memory is too small for requested image: %d MiB, but the image needs %d MiB."
              .formatted(size.ramMib(), image.minRamMib()));
    }
    long disk = size.diskGib() * GIBIBYTE;
    if (disk > 0
        && (image.minDiskGib() > size.diskGib() || image.source().virtualSizeBytes() > disk)) {
      throw ApiFault.badRequest(
          "Flavor's disk is too small for requested image. Flavor disk is %d bytes, image is %d bytes."
              .formatted(
                  disk,
                  Math.max(image.minDiskGib() * GIBIBYTE, image.source().virtualSizeBytes())));
    }
  }

  /** How large the root disk is: as the flavor says, or else as the image is. */
  static long rootBytes(Server.Size size, BootImage image) {
    return size.diskGib() > 0 ? size.diskGib() * GIBIBYTE : image.source().virtualSizeBytes();
  }
}
