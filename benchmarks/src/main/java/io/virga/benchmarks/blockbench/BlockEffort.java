package io.virga.benchmarks.blockbench;

/**
 * How long is measured.
 *
 * @param warmUpSeconds of reads and of writes before the first field, for servers that compile
 *     while they run
 * @param fieldSeconds one field of the table
 * @param allWays whether every field is measured over TCP and iSCSI too, or only those that have a
 *     goal
 * @param sizeBytes of a volume
 */
public record BlockEffort(
    double warmUpSeconds, double fieldSeconds, boolean allWays, long sizeBytes) {

  public static BlockEffort quick() {
    return new BlockEffort(8, 1, false, 1L << 30);
  }

  public static BlockEffort full() {
    return new BlockEffort(10, 6, true, 1L << 30);
  }
}
