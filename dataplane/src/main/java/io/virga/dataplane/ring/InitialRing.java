package io.virga.dataplane.ring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** The rings that a new cloud begins with: one device, one replica, one storage policy. */
public final class InitialRing {

  /** {@code 2^10} partitions: enough for a hundred devices, and a small file. */
  private static final int PART_POWER = 10;

  private static final double WEIGHT = 100;

  private InitialRing() {}

  /** Writes the ring file if there is none. Blocks. */
  public static void ensure(Path file, String host, int port, String deviceName)
      throws IOException {
    if (Files.exists(file)) {
      return;
    }
    RingBuilder builder = new RingBuilder(PART_POWER, 1);
    builder.add(1, 1, host, port, deviceName, WEIGHT);
    RingFile.write(builder.rebalance(Instant.EPOCH).ring(), file);
  }

  /**
   * Writes what there is not of all that {@link Rings#open} reads: the objects' ring, as {@link
   * #ensure} does; copies of it for accounts and containers, which a home of an earlier version has
   * where its objects are; and the one storage policy. Blocks.
   */
  public static void ensureAll(Path directory, String host, int port, String deviceName)
      throws IOException {
    Path objects = directory.resolve(Rings.objectFile(0));
    ensure(objects, host, port, deviceName);
    for (String name : new String[] {Rings.ACCOUNTS, Rings.CONTAINERS}) {
      Path file = directory.resolve(name);
      if (!Files.exists(file)) {
        RingFile.write(RingFile.read(objects), file);
      }
    }
    Path policies = directory.resolve(Rings.POLICIES);
    if (!Files.exists(policies)) {
      StoragePolicies.INITIAL.write(policies);
    }
  }
}
