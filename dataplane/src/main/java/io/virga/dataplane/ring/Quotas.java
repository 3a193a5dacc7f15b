package io.virga.dataplane.ring;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How many slots of the whole ring each tier shall hold: its target rounded down or up, all of a
 * tier's below it summing up to its own. Where rounding leaves a choice, what a tier holds already
 * decides, so that rounding moves nothing.
 *
 * <p>Of one partition a tier then holds its quota per partition rounded down or up; a table with
 * that property for every tier at once always exists (see {@link FreshTable}).
 */
final class Quotas {

  /** Targets are sums of many rounded numbers; this much, in slots, is noise. */
  private static final double NOISE = 1e-4;

  private final Domains domains;
  private final Shares shares;
  private final int partitions;
  private final int[] slots;

  /**
   * @param held how many slots each tier holds now
   */
  Quotas(Domains domains, Shares shares, int partitions, int[] held) {
    this.domains = domains;
    this.shares = shares;
    this.partitions = partitions;
    this.slots = new int[domains.size()];
    slots[0] = (int) Math.round(shares.target(0) * partitions);
    for (int tier = 0; tier < domains.size(); tier++) {
      if (!domains.isDevice(tier)) {
        round(tier, held);
      }
    }
  }

  /** How many slots a tier shall hold. */
  int slots(int tier) {
    return slots[tier];
  }

  /** The fewest replicas of one partition that a tier shall hold. */
  int least(int tier) {
    return slots[tier] / partitions;
  }

  /** The most replicas of one partition that a tier shall hold. */
  int most(int tier) {
    return (slots[tier] + partitions - 1) / partitions;
  }

  /** A tier whose share is no whole number of slots. */
  private record Choice(int tier, boolean holdsMore, boolean isNew, double fraction) {}

  private void round(int tier, int[] held) {
    List<Choice> choices = new ArrayList<>();
    int left = slots[tier];
    for (int child : domains.children(tier)) {
      double exact = shares.target(child) * partitions;
      int down = (int) Math.floor(exact + NOISE);
      slots[child] = down;
      left -= down;
      if (exact - down > NOISE) {
        choices.add(new Choice(child, held[child] > down, held[child] == 0, exact - down));
      }
    }
    choices.sort(
        Comparator.comparing(Choice::holdsMore)
            .thenComparing(Choice::isNew)
            .thenComparingDouble(Choice::fraction)
            .reversed());
    for (Choice choice : choices) {
      if (left > 0) {
        slots[choice.tier()]++;
        left--;
      }
    }
    settle(tier, left);
  }

  /** What noise has left over: a few slots at most. */
  private void settle(int tier, int left) {
    int rest = left;
    for (int child : domains.children(tier)) {
      int room = shares.capacity(child) * partitions - slots[child];
      if (rest > 0 && room > 0) {
        int more = Math.min(rest, room);
        slots[child] += more;
        rest -= more;
      } else if (rest < 0 && slots[child] > 0) {
        int fewer = Math.min(-rest, slots[child]);
        slots[child] -= fewer;
        rest += fewer;
      }
    }
  }
}
