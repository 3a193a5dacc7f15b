package io.virga.benchmarks.blocksoak;

import java.util.concurrent.atomic.AtomicInteger;

/** What became of the clients' requests. Thread-safe. */
public final class Tally {

  private final AtomicInteger acknowledged = new AtomicInteger();
  private final AtomicInteger full = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicInteger disconnected = new AtomicInteger();

  void answered(int error) {
    switch (error) {
      case 0 -> acknowledged.incrementAndGet();
      case NbdClient.NO_SPACE -> full.incrementAndGet();
      default -> failed.incrementAndGet();
    }
  }

  void disconnected() {
    disconnected.incrementAndGet();
  }

  public int acknowledged() {
    return acknowledged.get();
  }

  /** Requests that were refused because the pool was full. */
  public int full() {
    return full.get();
  }

  /** Requests that were answered with another error. */
  public int failed() {
    return failed.get();
  }

  /** Connections that were lost, or could not be made. */
  public int lostConnections() {
    return disconnected.get();
  }
}
