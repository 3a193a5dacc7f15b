package io.virga.blockstore.engine;

import java.util.concurrent.CompletableFuture;

/** Writes a block of a volume and flushes, all the time, and knows the longest that took. */
final class Neighbour {

  private final TestPool node;
  private final String volume;
  private final CompletableFuture<Void> running;
  private volatile boolean stopped;
  private volatile long slowestNanos;
  private volatile long count;

  Neighbour(TestPool node, String volume) {
    this.node = node;
    this.volume = volume;
    this.running = CompletableFuture.runAsync(this::run);
  }

  private void run() {
    long slowest = 0;
    long done = 0;
    while (!stopped) {
      long begun = System.nanoTime();
      node.fill(volume, 0, 4096, 1).join();
      node.flush(volume).join();
      slowest = Math.max(slowest, System.nanoTime() - begun);
      done++;
      slowestNanos = slowest;
      count = done;
    }
  }

  long count() {
    return count;
  }

  /** The longest that one took, in ns. */
  long stop() {
    stopped = true;
    running.join();
    return slowestNanos;
  }
}
