package io.virga.blockstore.engine;

import io.virga.dataplane.Invariant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Blocks whose contents are on the way to a new place. Another write to them waits: it may need
 * what the first one brings, and it may then write in place. Owned by the pool's loop.
 */
final class BusyBlocks {

  private final Map<Long, List<Runnable>> busy = new HashMap<>();

  /** Runs the action later if one of the blocks is busy, and answers whether that is so. */
  boolean await(long firstBlock, long count, Runnable action) {
    List<Runnable> waiting =
        count > busy.size() ? amongBusy(firstBlock, count) : amongBlocks(firstBlock, count);
    return waiting != null && waiting.add(action);
  }

  private @Nullable List<Runnable> amongBusy(long firstBlock, long count) {
    for (Map.Entry<Long, List<Runnable>> each : busy.entrySet()) {
      if (each.getKey() >= firstBlock && each.getKey() < firstBlock + count) {
        return each.getValue();
      }
    }
    return null;
  }

  private @Nullable List<Runnable> amongBlocks(long firstBlock, long count) {
    for (long block = firstBlock; block < firstBlock + count; block++) {
      List<Runnable> waiting = busy.get(block);
      if (waiting != null) {
        return waiting;
      }
    }
    return null;
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
