package io.virga.dataplane.ring;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The table of a ring while it is changed: who holds each slot, by position in the list of devices,
 * and how much of its quota each tier has.
 *
 * <p>How badly a partition is placed is a cost that counts, for each tier with more of its replicas
 * than it shall hold, one more, and for each with fewer, one more as well; a region weighs more
 * than all zones, and so on. Only differences of costs have a meaning.
 */
final class Draft {

  /** No place was found. */
  static final int NOWHERE = -1;

  private static final int NO_REPLICA = -1;

  /** What all levels below a level can bring back at most. */
  static final int[] SPARE = {40, 13, 4, 1, 0};

  /** No cost is above this, and none below its negative. */
  static final int MAXIMUM_COST = 121;

  private final Domains domains;
  private final Quotas quotas;
  private final Shares shares;
  private final char[][] table;
  private final int[] held;
  private final int[] room;
  private final int[] inPartition;
  private final int[] needed;
  private final Evenness evenness;
  private int liftedReplica;
  private int liftedPartition;
  private long work;
  private final SplittableRandom random;

  /**
   * @param table {@code [replica][partition]} → position or {@link Ring#NONE}; it is changed
   */
  Draft(Domains domains, Shares shares, char[][] table, SplittableRandom random) {
    this.domains = domains;
    this.shares = shares;
    this.table = table;
    this.held = new int[domains.size()];
    for (char[] row : table) {
      for (char position : row) {
        if (position != Ring.NONE) {
          add(held, position, 1);
        }
      }
    }
    this.quotas = new Quotas(domains, shares, table[0].length, held);
    this.evenness = shares.evenness();
    this.room = new int[domains.size()];
    this.inPartition = new int[domains.size()];
    this.random = random;
    this.needed =
        IntStream.range(1, domains.size()).filter(tier -> quotas.least(tier) > 0).toArray();
    for (int tier = 0; tier < domains.size(); tier++) {
      if (domains.isDevice(tier)) {
        add(room, domains.position(tier), Math.max(0, quotas.slots(tier) - held[tier]));
      }
    }
  }

  int replicas() {
    return table.length;
  }

  int partitions() {
    return table[0].length;
  }

  Domains domains() {
    return domains;
  }

  /** The position of the device that holds a slot, or {@link Ring#NONE}. */
  int holder(int replica, int partition) {
    return table[replica][partition];
  }

  /** How many slots a device holds above its quota; negative when it holds fewer. */
  int excess(int position) {
    int leaf = domains.leaf(position);
    return held[leaf] - quotas.slots(leaf);
  }

  /** How many slots the devices that hold too few are short of. */
  int room() {
    return room[0];
  }

  /** Gives a slot to a device. */
  void assign(int replica, int partition, int position) {
    int before = table[replica][partition];
    if (before != Ring.NONE) {
      hold(before, -1);
    }
    table[replica][partition] = (char) position;
    hold(position, 1);
  }

  private void hold(int position, int slots) {
    int before = Math.max(0, -excess(position));
    add(held, position, slots);
    add(room, position, Math.max(0, -excess(position)) - before);
  }

  /**
   * Takes one slot out of its partition, so that places for it can be weighed. Ends with {@link
   * #restore}.
   */
  void lift(int replica, int partition) {
    liftedReplica = replica;
    liftedPartition = partition;
    count(1);
  }

  /** Ends what {@link #lift} began. */
  void restore() {
    count(-1);
  }

  private void count(int each) {
    for (int replica = 0; replica < table.length; replica++) {
      int position = table[replica][liftedPartition];
      if (replica != liftedReplica && position != Ring.NONE) {
        add(inPartition, position, each);
      }
    }
  }

  private void add(int[] sums, int position, int each) {
    sums[0] += each;
    for (int level = 0; level < Domains.LEVELS; level++) {
      sums[domains.tier(level, position)] += each;
    }
  }

  /** The cost of the lifted slot at a device. */
  int cost(int position) {
    int cost = 0;
    for (int level = 0; level < Domains.LEVELS; level++) {
      cost += cost(level, domains.tier(level, position));
    }
    return cost;
  }

  /** What a tier adds to the cost of the lifted slot. */
  int cost(int level, int tier) {
    int others = inPartition[tier];
    return others >= quotas.most(tier)
        ? Domains.WEIGHT[level]
        : others < quotas.least(tier) ? -Domains.WEIGHT[level] : 0;
  }

  /** The place of the least cost for the lifted slot, with room if there is such a one. */
  int cheapest() {
    return new PlaceSearch(this, random, Integer.MAX_VALUE, false).run();
  }

  /** A place with room for the lifted slot, of at most some cost; the cheapest first. */
  int withRoom(int mostCost) {
    return room[0] == 0 ? NOWHERE : new PlaceSearch(this, random, mostCost, true).run();
  }

  /** How many slots the devices of a tier are short of. */
  int room(int tier) {
    return room[tier];
  }

  /** How many devices of a tier may hold the lifted slot. */
  int open(int tier) {
    return shares.capacity(tier) - inPartition[tier];
  }

  /**
   * Whether a partition, all of it placed, could lie farther apart: some tier has too many or too
   * few of its replicas, and they do not lie as far apart as the devices allow.
   */
  boolean isMisplaced(int partition) {
    lift(NO_REPLICA, partition);
    boolean misplaced = false;
    for (int tier : needed) {
      misplaced |= inPartition[tier] < quotas.least(tier);
    }
    for (char[] row : table) {
      for (int level = 0; level < Domains.LEVELS; level++) {
        int tier = domains.tier(level, row[partition]);
        misplaced |= inPartition[tier] > quotas.most(tier);
      }
    }
    misplaced = misplaced && closeness() > 0;
    restore();
    return misplaced;
  }

  /** How close to each other the devices of the partition are with its lifted slot at one. */
  int closeness(int position) {
    add(inPartition, position, 1);
    int closeness = closeness() + evenness.closeness(inPartition, position);
    add(inPartition, position, -1);
    return closeness;
  }

  private int closeness() {
    int closeness = 0;
    for (int replica = 0; replica < table.length; replica++) {
      int position = table[replica][liftedPartition];
      if (replica != liftedReplica && position != Ring.NONE) {
        closeness += evenness.closeness(inPartition, position);
      }
    }
    return closeness;
  }

  /** Notes work, in tiers looked at. */
  void spend(int tiers) {
    work += tiers;
  }

  /** How many tiers have been looked at in searches. */
  long work() {
    return work;
  }
}
