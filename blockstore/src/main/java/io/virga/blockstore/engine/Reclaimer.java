package io.virga.blockstore.engine;

import io.virga.blockstore.extent.VolumeMap;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/** Gives up the maps of deleted volumes, a little at a time, so that nobody waits for it. */
final class Reclaimer {

  private static final int PAGES_AT_A_TIME = 64;

  private final Deque<VolumeMap> queue = new ArrayDeque<>();
  private final Executor loop;
  private final Runnable afterEach;
  private boolean running;

  Reclaimer(Executor loop, Runnable afterEach) {
    this.loop = loop;
    this.afterEach = afterEach;
  }

  void add(VolumeMap map) {
    queue.add(map);
    if (!running) {
      running = true;
      loop.execute(this::step);
    }
  }

  private void step() {
    VolumeMap first = queue.getFirst();
    if (first.release(PAGES_AT_A_TIME)) {
      queue.removeFirst();
      afterEach.run();
    }
    running = !queue.isEmpty();
    if (running) {
      loop.execute(this::step);
    }
  }
}
