package io.virga.objectstore.cluster;

import io.virga.objectstore.record.Timestamp;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Timestamps for writes: the time of day where it goes forward, and always later than every
 * timestamp that this node has given or seen, so that a clock that is slow or jumps back cannot
 * order a write before one that is there. The unit is Swift's, 10 µs.
 */
public final class HybridClock {

  private static final long UNIT_MICROS = 10;

  private final InstantSource wall;
  private final AtomicLong last;

  /**
   * @param seen the newest timestamp on this node's devices
   */
  public HybridClock(InstantSource wall, Timestamp seen) {
    this.wall = wall;
    this.last = new AtomicLong(seen.micros());
  }

  /** A timestamp later than all before. */
  public Timestamp next() {
    long now = Timestamp.of(wall.instant()).micros();
    return new Timestamp(
        last.updateAndGet(
            before -> Math.max(now, before + UNIT_MICROS) / UNIT_MICROS * UNIT_MICROS));
  }

  /** A timestamp later than all before, and than one that was found. */
  public Timestamp after(Timestamp found) {
    last.accumulateAndGet(found.micros(), Math::max);
    return next();
  }

  /** The time of day. */
  public Timestamp now() {
    return Timestamp.of(wall.instant());
  }
}
