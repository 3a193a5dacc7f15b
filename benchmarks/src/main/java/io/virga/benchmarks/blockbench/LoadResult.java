package io.virga.benchmarks.blockbench;

import java.util.Optional;

/**
 * What a client has to say of one field.
 *
 * @param operations how many ended
 * @param perSecond how many a second
 * @param p99Micros 99 of 100 took no longer; nothing where the client does not tell
 * @param idlePercent how much of its core the client had left
 */
public record LoadResult(
    long operations, double perSecond, Optional<Double> p99Micros, double idlePercent) {

  /** How long the client had its core, but for what it left. */
  double clientCpuSeconds() {
    return operations / perSecond * (1 - idlePercent / 100);
  }
}
