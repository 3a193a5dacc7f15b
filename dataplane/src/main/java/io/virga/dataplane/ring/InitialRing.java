package io.virga.dataplane.ring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The rings that a new cloud begins with: a device on each node, each in a zone of its own; as many
 * replicas as nodes, at most three; one storage policy.
 */
public final class InitialRing {

  /** {@code 2^10} partitions: enough for a hundred devices, and a small file. */
  private static final int PART_POWER = 10;

  private static final int MOST_REPLICAS = 3;
  private static final double WEIGHT = 100;

  private InitialRing() {}

  /** How many replicas a cloud of so many nodes begins with. */
  public static int replicas(int nodes) {
    return Math.min(MOST_REPLICAS, nodes);
  }

  /**
   * Adds the device of a node, in a zone of its own.
   *
   * @param number of the node, from 1
   */
  public static void add(
      RingBuilder builder, int number, String host, int port, String deviceName) {
    builder.add(1, number, host, port, deviceName, WEIGHT);
  }

  /**
   * Writes the ring file if there is none. Blocks.
   *
   * @param hosts where each node listens for the others
   */
  public static void ensure(Path file, List<String> hosts, int port, String deviceName)
      throws IOException {
    if (Files.exists(file)) {
      return;
    }
    RingBuilder builder = new RingBuilder(PART_POWER, replicas(hosts.size()));
    for (int i = 0; i < hosts.size(); i++) {
      add(builder, i + 1, hosts.get(i), port, deviceName);
    }
    RingFile.write(builder.rebalance(Instant.EPOCH).ring(), file);
  }

  /**
   * Writes what there is not of all that {@link Rings#open} reads: the objects' ring, as {@link
   * #ensure} does; copies of it for accounts and containers, which a home of an earlier version has
   * where its objects are; and the one storage policy. Blocks.
   */
  public static void ensureAll(Path directory, List<String> hosts, int port, String deviceName)
      throws IOException {
    Path objects = directory.resolve(Rings.objectFile(0));
    ensure(objects, hosts, port, deviceName);
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
