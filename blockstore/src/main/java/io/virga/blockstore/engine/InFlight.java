package io.virga.blockstore.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Knows when every I/O that had begun by some moment has ended: only then may a slot that such an
 * I/O can still touch go to somebody else. Owned by the pool's loop.
 */
final class InFlight {

  private final Deque<Epoch> epochs = new ArrayDeque<>();

  InFlight() {
    epochs.add(new Epoch());
  }

  /** An I/O begins. Give the answer to {@link #leave} when it has ended. */
  Epoch enter() {
    Epoch current = epochs.getLast();
    current.active++;
    return current;
  }

  void leave(Epoch epoch) {
    epoch.active--;
    if (epoch.active == 0) {
      drain();
    }
  }

  /** Runs the action once all I/O that has begun before has ended; now, if there is none. */
  void whenEnded(Runnable action) {
    Epoch current = epochs.getLast();
    current.actions.add(action);
    if (epochs.getFirst().active > 0 || epochs.size() > 1) {
      epochs.add(new Epoch());
    }
    drain();
  }

  private void drain() {
    while (epochs.getFirst().active == 0) {
      Epoch first = epochs.getFirst();
      if (epochs.size() > 1) {
        epochs.removeFirst();
      }
      List<Runnable> actions = first.actions;
      first.actions = new ArrayList<>();
      actions.forEach(Runnable::run);
      if (epochs.getFirst() == first) {
        return;
      }
    }
  }

  /** I/O that began between two moments. */
  static final class Epoch {
    private int active;
    private List<Runnable> actions = new ArrayList<>();
  }
}
