package io.virga.dataplane.ring;

import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Goes through the devices that stand in for a partition's own: first one in every region that has
 * none yet, then in every such zone, host and node, then all others. Within each round the order is
 * a permutation that differs by partition, so that the load of a lost device spreads.
 */
final class Handoffs implements Iterator<RingDevice> {

  private final List<RingDevice> devices;
  private final Domains domains;
  private final BitSet used = new BitSet();
  private final int first;
  private final int stride;
  private int level;
  private int step;
  private int next = -1;

  /**
   * @param own the positions of the partition's own devices
   */
  Handoffs(List<RingDevice> devices, Domains domains, int[] own, int partition) {
    this.devices = devices;
    this.domains = domains;
    for (int position : own) {
      use(position);
    }
    int count = devices.size();
    long mixed = mix(partition);
    this.first = (int) Long.remainderUnsigned(mixed, count);
    int candidate = (int) Long.remainderUnsigned(mixed >>> Integer.SIZE, count);
    while (greatestDivisor(candidate, count) != 1) {
      candidate++;
    }
    this.stride = candidate;
  }

  @Override
  public boolean hasNext() {
    while (next < 0 && level < Domains.LEVELS) {
      if (step == devices.size()) {
        step = 0;
        level++;
      } else {
        int position = (int) ((first + (long) step * stride) % devices.size());
        step++;
        if (devices.get(position).weight() > 0 && !used.get(domains.tier(level, position))) {
          use(position);
          next = position;
        }
      }
    }
    return next >= 0;
  }

  @Override
  public RingDevice next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    RingDevice device = devices.get(next);
    next = -1;
    return device;
  }

  private void use(int position) {
    for (int each = 0; each < Domains.LEVELS; each++) {
      used.set(domains.tier(each, position));
    }
  }

  private static int greatestDivisor(int a, int b) {
    return b == 0 ? a : greatestDivisor(b, a % b);
  }

  /** The finalizer of SplitMix64. */
  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
