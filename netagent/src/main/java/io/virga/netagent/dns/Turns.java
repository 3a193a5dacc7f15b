package io.virga.netagent.dns;

import java.util.HashMap;
import java.util.Map;

/** How many things go on at once, in all and for each of those who asked. Thread-safe. */
final class Turns {

  private final int most;
  private final int mostOfOne;
  private final Map<Integer, Integer> taken = new HashMap<>();
  private int all;

  Turns(int most, int mostOfOne) {
    this.most = most;
    this.mostOfOne = mostOfOne;
  }

  /** Whether there is room for one more. */
  synchronized boolean take(int who) {
    if (all >= most || taken.getOrDefault(who, 0) >= mostOfOne) {
      return false;
    }
    all++;
    taken.merge(who, 1, Integer::sum);
    return true;
  }

  /** To be called once for each that was taken. */
  synchronized void giveBack(int who) {
    all--;
    taken.computeIfPresent(who, (_, count) -> count > 1 ? count - 1 : null);
  }
}
