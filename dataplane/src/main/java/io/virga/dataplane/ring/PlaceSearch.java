package io.virga.dataplane.ring;

import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * Looks for a place for the lifted slot of a {@link Draft}: goes down the tree of domains, at each
 * tier to the cheapest child first and among equals by chance, the more likely the more room it
 * has; and back up from where there is nothing.
 */
final class PlaceSearch {

  private static final int STEPS = 3;

  private final Draft draft;
  private final SplittableRandom random;
  private final int mostCost;
  private final boolean needsRoom;
  private final BitSet failed = new BitSet();

  /**
   * @param mostCost a place that costs more is none
   * @param needsRoom whether the device must hold less than its quota
   */
  PlaceSearch(Draft draft, SplittableRandom random, int mostCost, boolean needsRoom) {
    this.draft = draft;
    this.random = random;
    this.mostCost = mostCost;
    this.needsRoom = needsRoom;
  }

  /** The position of a device, or {@link Draft#NOWHERE}. */
  int run() {
    return search(0, 0, 0);
  }

  private int search(int tier, int level, int cost) {
    if (level == Domains.LEVELS) {
      return draft.domains().position(tier);
    }
    int[] children = draft.domains().children(tier);
    draft.spend(2 * children.length);
    int[] roomy = new int[STEPS];
    int[] full = new int[STEPS];
    for (int child : children) {
      if (draft.open(child) > 0) {
        int step = step(level, child);
        int room = draft.room(child);
        roomy[step] += room;
        full[step] += room == 0 && !needsRoom ? draft.open(child) : 0;
      }
    }
    int found = Draft.NOWHERE;
    for (int step = 0; step < STEPS && found == Draft.NOWHERE; step++) {
      int next = cost + (step - 1) * Domains.WEIGHT[level];
      if (next - Draft.SPARE[level] > mostCost) {
        return Draft.NOWHERE;
      }
      found = among(children, new Kind(level, step, next, true), roomy[step]);
      if (found == Draft.NOWHERE) {
        found = among(children, new Kind(level, step, next, false), full[step]);
      }
    }
    return found;
  }

  /** Children of one level and the same cost, all with room or all without. */
  private record Kind(int level, int step, int cost, boolean roomy) {}

  private int among(int[] children, Kind kind, int total) {
    int left = total;
    int found = Draft.NOWHERE;
    while (left > 0 && found == Draft.NOWHERE) {
      int child = pick(children, kind, random.nextInt(left));
      found = search(child, kind.level() + 1, kind.cost());
      if (found == Draft.NOWHERE) {
        left -= likelihood(child, kind);
        failed.set(child);
      }
    }
    if (!failed.isEmpty()) {
      for (int child : children) {
        failed.clear(child);
      }
    }
    return found;
  }

  private int pick(int[] children, Kind kind, int chance) {
    int left = chance;
    for (int child : children) {
      left -= failed.get(child) ? 0 : likelihood(child, kind);
      if (left < 0) {
        return child;
      }
    }
    throw new IllegalStateException("the likelihoods do not add up");
  }

  private int likelihood(int child, Kind kind) {
    int room = draft.room(child);
    if (draft.open(child) <= 0
        || (room > 0) != kind.roomy()
        || step(kind.level(), child) != kind.step()) {
      return 0;
    }
    return room > 0 ? room : draft.open(child);
  }

  /** 0 if the child's cost is negative, 1 if it has none, 2 if it is positive. */
  private int step(int level, int child) {
    return Integer.signum(draft.cost(level, child)) + 1;
  }
}
