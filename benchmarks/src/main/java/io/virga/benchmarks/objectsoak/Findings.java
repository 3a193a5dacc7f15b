package io.virga.benchmarks.objectsoak;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What is not as it was acknowledged to be. Thread-safe. */
public final class Findings {

  private static final int MOST_DESCRIBED = 20;

  /** Kinds of damage. */
  public enum Damage {
    /** Acknowledged, and not there. */
    LOST,
    /** Other bytes than the acknowledged ones. */
    WRONG,
    /** There, though its deletion was acknowledged, or nobody ever wrote it. */
    GHOST
  }

  private final Map<Damage, Integer> counts = new ConcurrentHashMap<>();
  private final List<String> described = new CopyOnWriteArrayList<>();

  void add(Damage damage, String description) {
    counts.merge(damage, 1, Integer::sum);
    if (described.size() < MOST_DESCRIBED) {
      described.add(damage + " " + description);
    }
  }

  public int count(Damage damage) {
    return counts.getOrDefault(damage, 0);
  }

  /** The first ones, in words. */
  public List<String> described() {
    return List.copyOf(described);
  }
}
