package io.virga.dataplane.ring;

import java.util.SplittableRandom;

/**
 * Fills an empty table so that every tier gets exactly its quota, and of every partition its quota
 * per partition rounded down or up.
 *
 * <p>What each device still has to get, laid end to end in the order of the tree, is a line as long
 * as replicas × partitions that are left. A partition takes the points of that line that lie as far
 * apart as there are partitions left, from a random one on: a device, being no longer than that,
 * gets at most one, and a tier, being one piece of the line, gets its part of the points rounded
 * down or up. What is left has the same property, so it never fails. The children of a tier change
 * their order all the time, so that every device shares partitions with every other.
 */
final class FreshTable {

  /** Shuffling for every partition would cost more than it brings. */
  private static final int PARTITIONS_PER_ORDER = 16;

  private final Domains domains;
  private final SplittableRandom random;
  private final int[] left;
  private final int[][] order;
  private final int[] chosen;
  private int count;
  private int spacing;
  private int point;

  FreshTable(Domains domains, Quotas quotas, int replicas, SplittableRandom random) {
    this.domains = domains;
    this.random = random;
    this.left = new int[domains.size()];
    this.order = new int[domains.size()][];
    for (int tier = 0; tier < left.length; tier++) {
      left[tier] = quotas.slots(tier);
      order[tier] = domains.children(tier).clone();
    }
    this.chosen = new int[replicas];
  }

  /** Fills {@code table[replica][partition]} with the positions of devices. */
  void fill(char[][] table) {
    int partitions = table[0].length;
    for (int partition = 0; partition < partitions; partition++) {
      if (partition % PARTITIONS_PER_ORDER == 0) {
        for (int[] children : order) {
          shuffle(children, children.length);
        }
      }
      spacing = partitions - partition;
      point = random.nextInt(spacing);
      count = 0;
      descend(0, 0);
      shuffle(chosen, count);
      for (int replica = 0; replica < count; replica++) {
        table[replica][partition] = (char) chosen[replica];
        take(chosen[replica]);
      }
    }
  }

  /**
   * @param start where the tier's piece of the line begins
   */
  private void descend(int tier, int start) {
    if (domains.isDevice(tier)) {
      chosen[count++] = domains.position(tier);
      point += spacing;
      return;
    }
    int begin = start;
    for (int child : order[tier]) {
      int end = begin + left[child];
      if (point >= begin && point < end) {
        descend(child, begin);
      }
      begin = end;
    }
  }

  private void take(int position) {
    left[0]--;
    for (int level = 0; level < Domains.LEVELS; level++) {
      left[domains.tier(level, position)]--;
    }
  }

  private void shuffle(int[] values, int length) {
    for (int i = length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int value = values[i];
      values[i] = values[other];
      values[other] = value;
    }
  }
}
