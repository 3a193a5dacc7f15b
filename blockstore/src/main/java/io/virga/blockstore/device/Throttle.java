package io.virga.blockstore.device;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.virga.dataplane.desired.IoLimits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds all the doors of one volume to its limits. Reads pass in their order, and so do changes;
 * the two take turns where a limit is of both. What waits here is bounded by what each door lets
 * its clients have in flight. Owned by the loop.
 *
 * <p>open → (a limit is reached) waiting, with a timer → (the timer, or other limits) open.
 */
public final class Throttle {

  private final EventExecutor loop;
  private final LongSupplier clock;
  private final Direction reads;
  private final Direction changes;
  private final TokenBucket totalOperations;
  private final TokenBucket totalBytes;
  private boolean limited;
  private boolean passing;
  private boolean readsAreNext = true;
  private @Nullable Future<?> timer;

  /** Without limits. */
  public Throttle(EventExecutor loop) {
    this(loop, System::nanoTime);
  }

  /** With a clock of one's own, of nanoseconds. */
  Throttle(EventExecutor loop, LongSupplier clock) {
    this.loop = loop;
    this.clock = clock;
    long now = clock.getAsLong();
    this.totalOperations = new TokenBucket(now);
    this.totalBytes = new TokenBucket(now);
    this.reads = new Direction(now);
    this.changes = new Direction(now);
  }

  /** From now on these are the limits, also of what waits. */
  public void limit(IoLimits limits) {
    long now = clock.getAsLong();
    totalOperations.limit(limits.totalOperations(), now);
    totalBytes.limit(limits.totalBytes(), now);
    reads.operations.limit(limits.readOperations(), now);
    reads.bytes.limit(limits.readBytes(), now);
    changes.operations.limit(limits.writeOperations(), now);
    changes.bytes.limit(limits.writeBytes(), now);
    limited = totalOperations.isLimited() || totalBytes.isLimited();
    limited |= reads.isLimited() || changes.isLimited();
    pass();
  }

  /** Whether anything is limited. */
  boolean isLimited() {
    return limited;
  }

  /** Runs a read of so many bytes when it may be. */
  void read(Object door, long bytes, Runnable operation) {
    await(reads, new Waiting(door, bytes, operation));
  }

  /** Runs a write, or another change, of so many bytes when it may be. */
  void change(Object door, long bytes, Runnable operation) {
    await(changes, new Waiting(door, bytes, operation));
  }

  /** Behind another there is nothing to look at: its timer is set, or it is about to pass. */
  private void await(Direction direction, Waiting operation) {
    direction.waiting.add(operation);
    if (direction.waiting.size() == 1) {
      pass();
    }
  }

  /** Runs at once what came through the door and waits. */
  void release(Object door) {
    List<Waiting> released = new ArrayList<>();
    for (Direction direction : List.of(reads, changes)) {
      direction.waiting.stream().filter(each -> each.door == door).forEach(released::add);
      direction.waiting.removeIf(each -> each.door == door);
    }
    released.forEach(each -> each.operation.run());
    pass();
  }

  /** Runs what may be run. What an operation brings about while it runs waits for its turn. */
  private void pass() {
    if (passing) {
      return;
    }
    passing = true;
    try {
      long now = clock.getAsLong();
      long wait = passOne(now);
      while (wait == 0) {
        wait = passOne(now);
      }
      wakeIn(wait);
    } finally {
      passing = false;
    }
  }

  /** Answers 0 if one passed, otherwise how long until one may; {@code Long.MAX_VALUE} for none. */
  private long passOne(long now) {
    Direction first = readsAreNext ? reads : changes;
    Direction second = readsAreNext ? changes : reads;
    long wait = first.waitNanos(now);
    if (wait == 0) {
      readsAreNext = !readsAreNext;
      first.passOne(now);
      return 0;
    }
    long other = second.waitNanos(now);
    if (other == 0) {
      second.passOne(now);
      return 0;
    }
    return Math.min(wait, other);
  }

  private void wakeIn(long nanos) {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
    if (nanos != Long.MAX_VALUE) {
      timer = loop.schedule(this::pass, nanos, TimeUnit.NANOSECONDS);
    }
  }

  private record Waiting(Object door, long bytes, Runnable operation) {}

  /** The reads, or the changes. */
  private final class Direction {

    private final TokenBucket operations;
    private final TokenBucket bytes;
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    Direction(long now) {
      operations = new TokenBucket(now);
      bytes = new TokenBucket(now);
    }

    boolean isLimited() {
      return operations.isLimited() || bytes.isLimited();
    }

    long waitNanos(long now) {
      if (waiting.isEmpty()) {
        return Long.MAX_VALUE;
      }
      return Math.max(
          Math.max(totalOperations.waitNanos(now), totalBytes.waitNanos(now)),
          Math.max(operations.waitNanos(now), bytes.waitNanos(now)));
    }

    void passOne(long now) {
      Waiting next = waiting.remove();
      totalOperations.take(1, now);
      operations.take(1, now);
      totalBytes.take(next.bytes, now);
      bytes.take(next.bytes, now);
      next.operation.run();
    }
  }
}
