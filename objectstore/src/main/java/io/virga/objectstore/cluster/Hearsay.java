package io.virga.objectstore.cluster;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether every node has had the time to hear of the rings that this one goes by. What is not over
 * yet begins anew with each change, and with the start of the node. Thread-safe.
 */
public final class Hearsay {

  private final long withinNanos;
  private final LongSupplier nanoTime;
  private volatile long changedNanos;

  /**
   * @param within what time every node hears of a change, however late this one has
   * @param nanoTime goes forward evenly
   */
  public Hearsay(Duration within, LongSupplier nanoTime) {
    this.withinNanos = within.toNanos();
    this.nanoTime = nanoTime;
    this.changedNanos = nanoTime.getAsLong();
  }

  /** The rings change now: called before this node goes by new ones. */
  public void changed() {
    changedNanos = nanoTime.getAsLong();
  }

  /** Whether nobody reads or writes by older rings any more. */
  public boolean isOver() {
    return nanoTime.getAsLong() - changedNanos > withinNanos;
  }
}
