package io.virga.blockstore.engine;

import io.virga.dataplane.Invariant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Blocks whose contents are on the way to a new place. Another write to them waits: it may need
 * what the first one brings, and it may then write in place. Owned by the pool's loop.
 */
final class BusyBlocks {

  private final Map<Long, List<Runnable>> busy = new HashMap<>();

  /** Runs the action later if one of the blocks is busy, and answers whether that is so. */
  boolean await(long firstBlock, long count, Runnable action) {
    if (busy.isEmpty()) {
      return false;
    }
    for (long block = firstBlock; block < firstBlock + count; block++) {
      List<Runnable> waiting = busy.get(block);
      if (waiting != null) {
        waiting.add(action);
        return true;
      }
    }
    return false;
  }

  void begin(long firstBlock, int count) {
    for (int i = 0; i < count; i++) {
      Invariant.check(
          busy.put(firstBlock + i, new ArrayList<>(0)) == null, "one move of a block at a time");
    }
  }

  void end(long firstBlock, int count) {
    List<Runnable> woken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Runnable> waiting = busy.remove(firstBlock + i);
      if (waiting != null) {
        woken.addAll(waiting);
      }
    }
    woken.forEach(Runnable::run);
  }
}
