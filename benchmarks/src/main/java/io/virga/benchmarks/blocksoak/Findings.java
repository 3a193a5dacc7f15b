package io.virga.benchmarks.blocksoak;

import java.util.ArrayList;
import java.util.List;

/** What is not as it was promised. Thread-safe. */
public final class Findings {

  private static final int MOST_DESCRIBED = 20;

  private int lost;
  private int wrong;
  private int ghosts;
  private final List<String> described = new ArrayList<>();

  /**
   * A block of a volume holds what it may not.
   *
   * @param volumes the numbers of those whose writes may be in it
   */
  synchronized void add(String where, long found, List<Integer> volumes) {
    String kind;
    if (found == Stamps.NONE) {
      wrong++;
      kind = "wrong bytes";
    } else if (found == Stamps.ZEROS || volumes.contains(Stamps.volume(found))) {
      lost++;
      kind = "an acknowledged write is lost";
    } else {
      ghosts++;
      kind = "bytes of another volume";
    }
    if (described.size() < MOST_DESCRIBED) {
      described.add("%s: %s (found %x)".formatted(where, kind, found));
    }
  }

  public synchronized int lost() {
    return lost;
  }

  public synchronized int wrong() {
    return wrong;
  }

  public synchronized int ghosts() {
    return ghosts;
  }

  /** The first ones, a line each. */
  public synchronized List<String> described() {
    return List.copyOf(described);
  }
}
