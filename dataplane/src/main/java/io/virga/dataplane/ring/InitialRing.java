package io.virga.dataplane.ring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The ring that a new cloud begins with: one device, one replica. */
public final class InitialRing {

  /** {@code 2^10} partitions: enough for a hundred devices, and a small file. */
  private static final int PART_POWER = 10;

  private InitialRing() {}

  /** Writes the ring file if there is none. Blocks. */
  public static void ensure(Path file, String host, int port, String deviceName)
      throws IOException {
    if (Files.exists(file)) {
      return;
    }
    Ring ring =
        new RingBuilder(PART_POWER, 1)
            .put(new RingDevice(0, 1, 1, host, port, deviceName, 100))
            .build(Optional.empty());
    RingFile.write(ring, file);
  }
}
