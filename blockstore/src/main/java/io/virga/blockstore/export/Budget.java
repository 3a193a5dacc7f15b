package io.virga.blockstore.export;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How many requests, and how many bytes of them and of their replies, all connections together may
 * hold. Owned by the loop that owns the exported devices.
 */
public final class Budget {

  private static final long STANDARD_BYTES = 192L << 20;
  private static final int STANDARD_REQUESTS = 8192;

  private final long maximumBytes;
  private final int maximumRequests;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private long bytes;
  private int requests;
  private boolean resuming;

  public Budget(long maximumBytes, int maximumRequests) {
    this.maximumBytes = maximumBytes;
    this.maximumRequests = maximumRequests;
  }

  /**
   * For a process with 512 MiB of direct memory: what is begun with room may be 32 MiB more, and
   * the devices need some of their own. In pieces of 64 KiB this is far less than the operations
   * that may wait for a file, so that none is refused.
   */
  public static Budget standard() {
    return new Budget(STANDARD_BYTES, STANDARD_REQUESTS);
  }

  /** Whether somebody may begin something, however large. */
  public boolean hasRoom() {
    return bytes < maximumBytes && requests < maximumRequests;
  }

  /** Is told of what was begun. */
  public void take(int moreRequests, long moreBytes) {
    requests += moreRequests;
    bytes += moreBytes;
  }

  /** Is told of what has ended; those who wait go on. */
  public void giveBack(int endedRequests, long endedBytes) {
    requests -= endedRequests;
    bytes -= endedBytes;
    if (resuming) {
      return;
    }
    resuming = true;
    try {
      while (hasRoom() && !waiting.isEmpty()) {
        waiting.remove().run();
      }
    } finally {
      resuming = false;
    }
  }

  /** Runs the action once, when there is room and all who came before have had their turn. */
  public void whenRoom(Runnable action) {
    waiting.add(action);
  }

  /** Bytes that are held. */
  public long bytes() {
    return bytes;
  }

  /** Requests that are under way. */
  public int requests() {
    return requests;
  }
}
