package io.virga.dataplane.ring;

import java.util.List;

/**
 * How evenly replicas can be spread over the tiers below a tier: each has room for as many as it
 * has devices with a weight, and no tier needs to hold more than the fullest of an even spread.
 */
final class Evenness {

  private final Domains domains;
  private final int[] capacity;
  private final Spread[][] spreads;

  /**
   * @param replicas the most that are ever asked for
   */
  Evenness(Domains domains, List<RingDevice> devices, int replicas) {
    this.domains = domains;
    this.capacity = new int[domains.size()];
    for (int position = 0; position < devices.size(); position++) {
      if (devices.get(position).weight() > 0) {
        capacity[0]++;
        for (int level = 0; level < Domains.LEVELS; level++) {
          capacity[domains.tier(level, position)]++;
        }
      }
    }
    this.spreads = new Spread[domains.size()][];
    for (int tier = 0; tier < spreads.length; tier++) {
      spreads[tier] = new Spread[domains.isDevice(tier) ? 0 : replicas + 1];
      for (int each = 0; each < spreads[tier].length; each++) {
        spreads[tier][each] = compute(tier, each);
      }
    }
  }

  /** How many devices with a weight a tier has. */
  int capacity(int tier) {
    return capacity[tier];
  }

  /**
   * An even spread of some replicas over the tiers below a tier.
   *
   * @param level what every tier holds at least, if it has as many devices
   * @param exact whether none holds more
   */
  record Spread(int level, boolean exact) {

    /** The least that a tier of a capacity holds. */
    int least(int capacity) {
      return Math.min(capacity, level);
    }

    /** The most that a tier of a capacity holds. */
    int most(int capacity) {
      return Math.min(capacity, exact ? level : level + 1);
    }
  }

  /** The even spread of some replicas over the tiers below a tier. */
  Spread spread(int tier, int replicas) {
    return spreads[tier][replicas];
  }

  /**
   * How close a device of a partition is to others of it: 0 if no region, zone, host or node that
   * it is in has more replicas than an even spread needs, else more, the larger the domain.
   *
   * @param inPartition how many replicas of the partition each tier has
   */
  int closeness(int[] inPartition, int position) {
    int parent = 0;
    int closeness = 0;
    for (int level = 0; level < Domains.LEVELS; level++) {
      int tier = domains.tier(level, position);
      boolean inUse = capacity[tier] > 0;
      if (inUse && inPartition[tier] > spread(parent, inPartition[parent]).most(capacity[tier])) {
        closeness += Domains.WEIGHT[level];
      }
      parent = tier;
    }
    return closeness;
  }

  private Spread compute(int tier, int replicas) {
    int level = 0;
    int held = 0;
    int next = held(tier, 1);
    while (next <= replicas && next > held) {
      level++;
      held = next;
      next = held(tier, level + 1);
    }
    return new Spread(level, held >= replicas || next == held);
  }

  private int held(int tier, int each) {
    int sum = 0;
    for (int child : domains.children(tier)) {
      sum += Math.min(capacity[child], each);
    }
    return sum;
  }
}
