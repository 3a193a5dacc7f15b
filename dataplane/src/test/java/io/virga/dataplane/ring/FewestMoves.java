package io.virga.dataplane.ring;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A number of moves that no rebalance can do with less, from one ring to the shares of another,
 * and, if that other lies as far apart as the devices allow, to any such one.
 *
 * <p>Whatever is above its former number of slots got what it has more by a move. A partition lies
 * apart only if of the replicas of a tier no child holds more than an even spread needs, and so
 * none holds less than what the others cannot; what a tier lacks of its partitions for that has to
 * come to it. Then, beside the slots of removed devices, which move in any case, at least so many
 * must leave the tier as it has with those above its new number, and at least those that are more
 * than a partition may have in it. (Example: of five replicas on four hosts of four devices a host
 * holds two in every fourth partition and one in the others. When one of its devices is removed it
 * has none of nearly every fifth, and gets one of each; in exchange it gives away what it has twice
 * of others. So about half as many move in addition as were on the device.)
 */
final class FewestMoves {

  private final Ring before;
  private final Ring after;
  private final Domains domains;
  private final Evenness evenness;
  private final Map<Integer, Integer> positionOf = new HashMap<>();
  private final int[] least;
  private final int[] most;
  private final int[] had;
  private final int[] has;
  private final int[] lacking;
  private final int[] crowded;

  private FewestMoves(Ring before, Ring after) {
    this.before = before;
    this.after = after;
    this.domains = new Domains(after.devices());
    this.evenness = new Evenness(domains, after.devices(), after.replicas());
    for (int position = 0; position < after.devices().size(); position++) {
      positionOf.put(after.devices().get(position).id(), position);
    }
    this.least = new int[domains.size()];
    this.most = new int[domains.size()];
    this.had = new int[domains.size()];
    this.has = new int[domains.size()];
    this.lacking = new int[domains.size()];
    this.crowded = new int[domains.size()];
  }

  static int between(Ring before, Ring after) {
    FewestMoves fewest = new FewestMoves(before, after);
    int byShares = fewest.byShares();
    return RingQuality.of(after).dispersion() == 0
        ? Math.max(byShares, fewest.byDispersion())
        : byShares;
  }

  private int byShares() {
    Map<Integer, Integer> slots = Clusters.counts(before);
    return Clusters.counts(after).entrySet().stream()
        .mapToInt(each -> Math.max(0, each.getValue() - slots.getOrDefault(each.getKey(), 0)))
        .sum();
  }

  private int byDispersion() {
    least[0] = after.replicas();
    most[0] = after.replicas();
    for (int tier = 0; tier < domains.size(); tier++) {
      bound(tier);
    }
    int removed = 0;
    for (int partition = 0; partition < after.partitions(); partition++) {
      removed += count(partition);
    }
    int leaving = 0;
    for (int level = 0; level < Domains.LEVELS; level++) {
      int ofLevel = 0;
      for (int tier : tiers(level)) {
        ofLevel += Math.max(crowded[tier], had[tier] + lacking[tier] - has[tier]);
      }
      leaving = Math.max(leaving, ofLevel);
    }
    return removed + leaving;
  }

  /** How many replicas of a partition each child of a tier holds where all lie apart. */
  private void bound(int tier) {
    for (int child : domains.children(tier)) {
      least[child] = Integer.MAX_VALUE;
      for (int held = least[tier]; held <= most[tier]; held++) {
        Evenness.Spread spread = evenness.spread(tier, held);
        int all = 0;
        for (int each : domains.children(tier)) {
          all += spread.most(evenness.capacity(each));
        }
        int own = spread.most(evenness.capacity(child));
        least[child] = Math.min(least[child], Math.max(0, held - (all - own)));
        most[child] = Math.max(most[child], own);
      }
    }
  }

  /** Counts a partition; how many of its slots were on devices that are there no more. */
  private int count(int partition) {
    int removed = 0;
    int[] left = new int[domains.size()];
    for (int replica = 0; replica < after.replicas(); replica++) {
      Integer old = positionOf.get(before.deviceId(replica, partition));
      if (old == null) {
        removed++;
      } else {
        add(left, old);
      }
      add(has, Objects.requireNonNull(positionOf.get(after.deviceId(replica, partition))));
    }
    for (int tier = 1; tier < left.length; tier++) {
      had[tier] += left[tier];
      lacking[tier] += Math.max(0, least[tier] - left[tier]);
      crowded[tier] += Math.max(0, left[tier] - most[tier]);
    }
    return removed;
  }

  private void add(int[] sums, int position) {
    for (int level = 0; level < Domains.LEVELS; level++) {
      sums[domains.tier(level, position)]++;
    }
  }

  private Set<Integer> tiers(int level) {
    Set<Integer> tiers = new HashSet<>();
    for (int position = 0; position < domains.devices(); position++) {
      tiers.add(domains.tier(level, position));
    }
    return tiers;
  }
}
