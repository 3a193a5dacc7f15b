package io.virga.blockstore.engine;

import io.netty.util.concurrent.EventExecutor;
import io.virga.blockstore.extent.VolumeMap;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Gives up maps that nobody uses any more, a little at a time, so that nobody waits for it. When
 * much has been given up it waits until that is free before it goes on: what is remembered of it is
 * bounded. Owned by the pool's loop.
 */
final class Reclaimer {

  private static final int ENTRIES_AT_A_TIME = 32 << 10;
  private static final int MAXIMUM_OUTSTANDING = 256 << 10;

  private final Deque<VolumeMap> queue = new ArrayDeque<>();
  private final Committer committer;
  private final PoolSlots slots;
  private final EventExecutor loop;
  private boolean running;

  Reclaimer(Committer committer, PoolSlots slots, EventExecutor loop) {
    this.committer = committer;
    this.slots = slots;
    this.loop = loop;
  }

  void add(VolumeMap map) {
    queue.add(map);
    if (!running) {
      running = true;
      Turns.next(loop, this::step);
    }
  }

  /** Whether space that was given up is not free yet, and will be. */
  boolean isSpaceComing() {
    return !committer.isBroken() && (running || committer.hasPendingDrops());
  }

  /** Runs the action when some of that space may be free. */
  void whenSpaceMayHaveCome(Runnable action) {
    committer.afterCommit(() -> Turns.next(loop, action));
  }

  private void step() {
    committer.guarded(this::releaseSome);
  }

  private void releaseSome() {
    if (slots.outstanding() > MAXIMUM_OUTSTANDING && !committer.isBroken()) {
      whenSpaceMayHaveCome(this::step);
      return;
    }
    if (queue.getFirst().release(ENTRIES_AT_A_TIME)) {
      queue.removeFirst();
    }
    running = !queue.isEmpty();
    if (running) {
      Turns.next(loop, this::step);
    } else {
      committer.flushIfDirty();
    }
  }
}
