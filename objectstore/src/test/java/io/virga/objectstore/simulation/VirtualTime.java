package io.virga.objectstore.simulation;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/**
 * Time that goes on from one event to the next, all on one thread. What blocks in a real node, a
 * pass of the replicator say, runs as an event too: while it waits for another node all other
 * events go on.
 */
final class VirtualTime {

  private record Event(long atNanos, long order, Runnable task) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::order));
  private long nowNanos;
  private long order;
  private boolean blocking;

  long nowNanos() {
    return nowNanos;
  }

  void after(Duration delay, Runnable task) {
    events.add(new Event(nowNanos + delay.toNanos(), order++, task));
  }

  /** Whether what runs now may wait for others. */
  boolean isBlocking() {
    return blocking;
  }

  /** Runs what may wait. */
  void asThread(Runnable procedure) {
    boolean outer = blocking;
    blocking = true;
    try {
      procedure.run();
    } finally {
      blocking = outer;
    }
  }

  /** Lets everything else go on until something is so. */
  void await(BooleanSupplier done) {
    boolean outer = blocking;
    blocking = false;
    try {
      while (!done.getAsBoolean()) {
        Event next = events.poll();
        if (next == null) {
          throw new IllegalStateException("nothing happens any more");
        }
        nowNanos = Math.max(nowNanos, next.atNanos());
        next.task().run();
      }
    } finally {
      blocking = outer;
    }
  }

  /** Lets time pass. */
  void pass(Duration duration) {
    long until = nowNanos + duration.toNanos();
    after(duration, () -> {});
    await(() -> nowNanos >= until);
  }
}
