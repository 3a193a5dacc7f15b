package io.virga.dataplane.ring;

import java.util.List;

/**
 * How good a ring is.
 *
 * @param balance by how many percent the device that is farthest from its share by weight is above
 *     or below it; a share is a whole number of slots, so a perfect ring is near 0
 * @param dispersion how many percent of the partitions do not lie as far apart as the devices
 *     allow: in some region, zone, host or node there is a replica more than an even spread needs
 */
public record RingQuality(double balance, double dispersion) {

  /** Measures a ring; takes as long as reading it once. */
  public static RingQuality of(Ring ring) {
    Measuring measuring = new Measuring(ring);
    return new RingQuality(measuring.balance(), measuring.dispersion());
  }

  /** How many slots each device holds, in the order of {@link Ring#devices()}. */
  public static int[] slotsByDevice(Ring ring) {
    return new Measuring(ring).slots;
  }

  private static final class Measuring {
    private final Ring ring;
    private final List<RingDevice> devices;
    private final Domains domains;
    private final int[] positionOf = new int[Ring.MAXIMUM_DEVICES];
    private final int[] slots;
    private final int[] inPartition;

    Measuring(Ring ring) {
      this.ring = ring;
      this.devices = ring.devices();
      this.domains = new Domains(devices);
      this.slots = new int[devices.size()];
      this.inPartition = new int[domains.size()];
      for (int position = 0; position < devices.size(); position++) {
        positionOf[devices.get(position).id()] = position;
      }
      for (char[] row : ring.slots().now()) {
        for (char id : row) {
          slots[positionOf[id]]++;
        }
      }
    }

    double balance() {
      Shares shares = new Shares(domains, devices, ring.replicas(), 0);
      double worst = 0;
      for (int position = 0; position < slots.length; position++) {
        double wanted = shares.weighted(domains.leaf(position)) * ring.partitions();
        if (wanted > 0) {
          worst = Math.max(worst, 100 * Math.abs(slots[position] / wanted - 1));
        }
      }
      return worst;
    }

    double dispersion() {
      Evenness evenness = new Evenness(domains, devices, ring.replicas());
      int close = 0;
      for (int partition = 0; partition < ring.partitions(); partition++) {
        count(partition, 1);
        close += isClose(partition, evenness) ? 1 : 0;
        count(partition, -1);
      }
      return 100.0 * close / ring.partitions();
    }

    private boolean isClose(int partition, Evenness evenness) {
      for (int replica = 0; replica < ring.replicas(); replica++) {
        int position = positionOf[ring.deviceId(replica, partition)];
        if (evenness.closeness(inPartition, position) > 0) {
          return true;
        }
      }
      return false;
    }

    private void count(int partition, int each) {
      for (int replica = 0; replica < ring.replicas(); replica++) {
        int position = positionOf[ring.deviceId(replica, partition)];
        inPartition[0] += each;
        for (int level = 0; level < Domains.LEVELS; level++) {
          inPartition[domains.tier(level, position)] += each;
        }
      }
    }
  }
}
