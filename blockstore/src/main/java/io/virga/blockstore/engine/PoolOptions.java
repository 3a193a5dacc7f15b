package io.virga.blockstore.engine;

import java.time.Duration;

/**
 * How a pool is laid out and bounded.
 *
 * @param limitSlots the most MiB of segments
 * @param growSlots by how many MiB segments grow at a time
 * @param journalFileBytes the size of a journal file
 * @param checkpointBytes how much journal a start may have to read again
 * @param commitInterval the longest time that a change stays volatile unasked
 */
public record PoolOptions(
    int limitSlots,
    int growSlots,
    int journalFileBytes,
    long checkpointBytes,
    Duration commitInterval) {

  /** What a service uses. */
  public static PoolOptions ofLimit(int limitSlots) {
    return new PoolOptions(limitSlots, 64, 16 << 20, 8 << 20, Duration.ofSeconds(1));
  }
}
