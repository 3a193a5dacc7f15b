package io.virga.dataplane.ring;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How many of a partition's replicas each tier shall hold on average.
 *
 * <p>By weight alone that is the tier's part of all weights, where a device holds at most one
 * replica and the others take over what it cannot. Dispersion wants replicas spread evenly over the
 * tiers below each tier, however small they are. The overload factor says how far above its weight
 * a device may go for that: the target is as even as it allows, and by weight within what is even.
 */
final class Shares {

  private final Domains domains;
  private final Evenness evenness;
  private final double[] weighted;
  private final double[] limit;
  private final double[] target;

  Shares(Domains domains, List<RingDevice> devices, int replicas, double overload) {
    this.domains = domains;
    this.evenness = new Evenness(domains, devices, replicas);
    this.weighted = new double[domains.size()];
    this.limit = new double[domains.size()];
    this.target = new double[domains.size()];
    double[] leaves = byWeight(devices, replicas);
    for (int position = 0; position < leaves.length; position++) {
      add(weighted, position, leaves[position]);
      add(limit, position, Math.min(1, leaves[position] * (1 + overload)));
    }
    target[0] = replicas;
    for (int tier = 0; tier < domains.size(); tier++) {
      if (!domains.isDevice(tier)) {
        spread(tier, target[tier]);
      }
    }
  }

  /** The share of a tier by weight alone. */
  double weighted(int tier) {
    return weighted[tier];
  }

  /** The share that the tier shall have. */
  double target(int tier) {
    return target[tier];
  }

  /** The most replicas of one partition that a tier can hold: how many weighted devices it has. */
  int capacity(int tier) {
    return evenness.capacity(tier);
  }

  Evenness evenness() {
    return evenness;
  }

  private void add(double[] sums, int position, double share) {
    sums[0] += share;
    for (int level = 0; level < Domains.LEVELS; level++) {
      sums[domains.tier(level, position)] += share;
    }
  }

  private static double[] byWeight(List<RingDevice> devices, int replicas) {
    double[] shares = new double[devices.size()];
    double weights = devices.stream().mapToDouble(RingDevice::weight).sum();
    double left = replicas;
    List<Integer> heaviestFirst =
        IntStream.range(0, shares.length)
            .boxed()
            .sorted(Comparator.comparingDouble(position -> -devices.get(position).weight()))
            .toList();
    for (int position : heaviestFirst) {
      double weight = devices.get(position).weight();
      shares[position] = weight == 0 ? 0 : Math.min(1, left * Math.min(1, weight / weights));
      left -= shares[position];
      weights -= weight;
    }
    return shares;
  }

  private void spread(int tier, double share) {
    int[] children = domains.children(tier);
    double[] least = new double[children.length];
    double[] even = new double[children.length];
    double[] most = new double[children.length];
    // A tier that holds 2.3 replicas on average holds 2 in seven partitions of ten, and 3 in three;
    // the bounds of the tiers below are weighed in the same way.
    int whole = (int) Math.floor(share);
    double fraction = share - whole;
    Evenness.Spread fewer = evenness.spread(tier, whole);
    Evenness.Spread more = fraction == 0 ? fewer : evenness.spread(tier, whole + 1);
    double sum = 0;
    for (int i = 0; i < children.length; i++) {
      int capacity = evenness.capacity(children[i]);
      most[i] = limit[children[i]];
      least[i] =
          Math.min(
              most[i], (1 - fraction) * fewer.least(capacity) + fraction * more.least(capacity));
      even[i] =
          Math.min(most[i], (1 - fraction) * fewer.most(capacity) + fraction * more.most(capacity));
      sum += even[i];
    }
    double[] shares =
        sum >= share ? fill(children, least, even, share) : fill(children, even, most, share);
    for (int i = 0; i < children.length; i++) {
      target[children[i]] = shares[i];
    }
  }

  /** Shares in proportion to the weights, each within its bounds, that sum up to {@code sum}. */
  private double[] fill(int[] children, double[] least, double[] most, double sum) {
    double low = 0;
    double high = 1;
    while (total(children, least, most, high) < sum && high < Double.MAX_VALUE / 2) {
      high *= 2;
    }
    for (double middle = (low + high) / 2; middle > low && middle < high; ) {
      if (total(children, least, most, middle) < sum) {
        low = middle;
      } else {
        high = middle;
      }
      middle = (low + high) / 2;
    }
    double[] shares = new double[children.length];
    for (int i = 0; i < children.length; i++) {
      shares[i] = within(high * weighted[children[i]], least[i], most[i]);
    }
    return shares;
  }

  private double total(int[] children, double[] least, double[] most, double factor) {
    double total = 0;
    for (int i = 0; i < children.length; i++) {
      total += within(factor * weighted[children[i]], least[i], most[i]);
    }
    return total;
  }

  /** As {@link Math#clamp}, where rounding may have put the least a trifle above the most. */
  private static double within(double value, double least, double most) {
    return Math.min(most, Math.max(least, value));
  }
}
