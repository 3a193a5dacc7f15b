package io.virga.benchmarks.blocksoak;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What each block of a volume must hold, and what it may hold instead: what was there at the last
 * flush and has been written since, after a crash; the old and the new, when a write was neither
 * acknowledged nor refused as a whole. Thread-safe.
 */
final class Ledger {

  private final long[] current;
  private final Map<Integer, Set<Long>> sinceFlush = new HashMap<>();
  private final Map<Integer, Set<Long>> unclear = new HashMap<>();
  private Optional<Frozen> taking = Optional.empty();
  private boolean crashed;

  /** Of a volume that holds these stamps, durably. */
  Ledger(long[] stamps) {
    current = stamps.clone();
  }

  int blocks() {
    return current.length;
  }

  /** A write of a stamp, or of zeros, begins. */
  synchronized void begin(int block, int count, long stamp) {
    for (int i = block; i < block + count; i++) {
      long before = current[i];
      sinceFlush.computeIfAbsent(i, b -> new HashSet<>()).add(before);
      Set<Long> open = unclear.computeIfAbsent(i, b -> new HashSet<>());
      open.add(before);
      open.add(stamp);
      current[i] = stamp;
      int at = i;
      taking.ifPresent(snapshot -> snapshot.mayHold(at, stamp));
    }
  }

  /** It was acknowledged. */
  synchronized void acknowledged(int block, int count) {
    for (int i = block; i < block + count; i++) {
      unclear.remove(i);
    }
  }

  /** A flush that began when no write was under way was acknowledged. */
  synchronized void flushed() {
    sinceFlush.keySet().removeIf(block -> !unclear.containsKey(block));
  }

  /** The server has died. */
  synchronized void crashed() {
    crashed = true;
    taking.ifPresent(snapshot -> sinceFlush.forEach(snapshot::mayHoldAny));
  }

  /** The server is there again, and all blocks have been {@link #seen}. */
  synchronized void recovered() {
    crashed = false;
  }

  /** Whether the block may hold the stamp; if so that is what it must hold from now on. */
  synchronized boolean seen(int block, long stamp) {
    Set<Long> open = unclear.getOrDefault(block, Set.of());
    Set<Long> old = crashed ? sinceFlush.getOrDefault(block, Set.of()) : Set.of();
    boolean torn = stamp == Stamps.NONE && !open.isEmpty() && crashed;
    if (stamp != current[block] && !open.contains(stamp) && !old.contains(stamp) && !torn) {
      return false;
    }
    current[block] = stamp;
    unclear.remove(block);
    return true;
  }

  /** A snapshot is asked for: what it may hold from now on. */
  synchronized Frozen beginSnapshot() {
    Frozen snapshot = new Frozen(current);
    unclear.forEach(snapshot::mayHoldAny);
    taking = Optional.of(snapshot);
    return snapshot;
  }

  /** The snapshot is there. */
  synchronized void endSnapshot() {
    taking = Optional.empty();
  }

  /** What a snapshot may hold, and what it does hold once it has been seen. */
  static final class Frozen {
    private final long[] stamps;
    private final Map<Integer, Set<Long>> others = new HashMap<>();
    private boolean known;

    private Frozen(long[] stamps) {
      this.stamps = stamps.clone();
    }

    private void mayHold(int block, long stamp) {
      others.computeIfAbsent(block, b -> new HashSet<>()).add(stamp);
    }

    private void mayHoldAny(int block, Set<Long> some) {
      others.computeIfAbsent(block, b -> new HashSet<>()).addAll(some);
    }

    int blocks() {
      return stamps.length;
    }

    /** Whether the block may hold the stamp; if so that is what it must hold from now on. */
    boolean seen(int block, long stamp) {
      boolean possible =
          stamp == stamps[block]
              || (!known && others.getOrDefault(block, Set.of()).contains(stamp));
      if (possible) {
        stamps[block] = stamp;
      }
      return possible;
    }

    /** All blocks have been seen. */
    void isKnown() {
      known = true;
    }

    long[] stamps() {
      return Arrays.copyOf(stamps, stamps.length);
    }
  }
}
