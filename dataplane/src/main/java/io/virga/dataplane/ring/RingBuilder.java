package io.virga.dataplane.ring;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Builds rings: each device gets partitions in proportion to its weight, replicas of a partition go
 * to different devices and, as far as there are any, to different zones. A rebalance keeps every
 * assignment that is not above its device's share.
 */
public final class RingBuilder {

  private final int partPower;
  private final int replicas;
  private final Map<Integer, RingDevice> devices = new HashMap<>();

  public RingBuilder(int partPower, int replicas) {
    if (partPower < 0 || partPower > Ring.MAXIMUM_PART_POWER) {
      throw new IllegalArgumentException(
          "part power " + partPower + " is not in 0.." + Ring.MAXIMUM_PART_POWER);
    }
    if (replicas < 1) {
      throw new IllegalArgumentException("a ring has at least one replica, not " + replicas);
    }
    this.partPower = partPower;
    this.replicas = replicas;
  }

  /** A builder that starts from the devices of a ring. */
  public static RingBuilder of(Ring ring) {
    RingBuilder builder = new RingBuilder(ring.partPower(), ring.replicas());
    ring.devices().forEach(builder::put);
    return builder;
  }

  /** Adds a device, or changes the one with the same id. */
  public RingBuilder put(RingDevice device) {
    devices.put(device.id(), device);
    return this;
  }

  /** Takes a device out. */
  public RingBuilder remove(int id) {
    devices.remove(id);
    return this;
  }

  /**
   * Makes the ring.
   *
   * @param previous the ring in use, whose assignments are kept where they may be
   * @throws IllegalStateException if fewer devices have a weight than there are replicas
   */
  public Ring build(Optional<Ring> previous) {
    List<RingDevice> ordered =
        devices.values().stream().sorted(Comparator.comparingInt(RingDevice::id)).toList();
    List<RingDevice> weighted = ordered.stream().filter(d -> d.weight() > 0).toList();
    if (weighted.size() < replicas) {
      throw new IllegalStateException(
          replicas + " replicas need as many devices with a weight; there are " + weighted.size());
    }
    Assignment assignment = new Assignment(weighted);
    char[][] table = assignment.fill(previous.filter(ring -> ring.partPower() == partPower));
    return new Ring(
        previous.map(Ring::version).orElse(0L) + 1,
        partPower,
        ordered,
        List.of(),
        new Ring.Slots(table, new char[replicas][0]));
  }

  /** A device while partitions are handed out; ordered by how much of its share is left. */
  private static final class Share {
    final RingDevice device;
    final double wanted;
    int has;

    Share(RingDevice device, double wanted) {
      this.device = device;
      this.wanted = wanted;
    }

    double hunger() {
      return (wanted - has) / wanted;
    }

    boolean isFull() {
      return has >= Math.ceil(wanted);
    }
  }

  private final class Assignment {
    private final Map<Integer, Share> shares = new HashMap<>();
    private final PriorityQueue<Share> hungry =
        new PriorityQueue<>(
            Comparator.comparingDouble((Share s) -> -s.hunger())
                .thenComparingInt(s -> s.device.id()));

    Assignment(List<RingDevice> weighted) {
      double total = weighted.stream().mapToDouble(RingDevice::weight).sum();
      double slots = (double) replicas * (1 << partPower);
      for (RingDevice device : weighted) {
        shares.put(device.id(), new Share(device, slots * device.weight() / total));
      }
    }

    char[][] fill(Optional<Ring> previous) {
      int partitions = 1 << partPower;
      boolean[][] kept = new boolean[replicas][partitions];
      char[][] table = new char[replicas][partitions];
      previous.ifPresent(ring -> keep(ring, table, kept));
      hungry.addAll(shares.values());
      for (int partition = 0; partition < partitions; partition++) {
        for (int replica = 0; replica < replicas; replica++) {
          if (!kept[replica][partition]) {
            table[replica][partition] = (char) choose(table, kept, partition);
            kept[replica][partition] = true;
          }
        }
      }
      return table;
    }

    private void keep(Ring ring, char[][] table, boolean[][] kept) {
      for (int replica = 0; replica < Math.min(replicas, ring.replicas()); replica++) {
        for (int partition = 0; partition < ring.partitions(); partition++) {
          int id = ring.deviceId(replica, partition);
          Share share = shares.get(id);
          if (share != null && !share.isFull()) {
            table[replica][partition] = (char) id;
            kept[replica][partition] = true;
            share.has++;
          }
        }
      }
    }

    private int choose(char[][] table, boolean[][] taken, int partition) {
      Set<Integer> usedDevices = new HashSet<>();
      Set<String> usedZones = new HashSet<>();
      for (int replica = 0; replica < replicas; replica++) {
        if (taken[replica][partition]) {
          RingDevice device = devices.get((int) table[replica][partition]);
          if (device != null) {
            usedDevices.add(device.id());
            usedZones.add(zoneOf(device));
          }
        }
      }
      List<Share> passed = new ArrayList<>();
      Share chosen = null;
      Share sameZone = null;
      while (chosen == null && !hungry.isEmpty()) {
        Share candidate = hungry.remove();
        if (!usedDevices.contains(candidate.device.id())
            && !usedZones.contains(zoneOf(candidate.device))) {
          chosen = candidate;
        } else {
          passed.add(candidate);
          if (sameZone == null && !usedDevices.contains(candidate.device.id())) {
            sameZone = candidate;
          }
        }
      }
      return take(chosen == null ? sameZone : chosen, passed);
    }

    private int take(@Nullable Share share, List<Share> passed) {
      if (share == null) {
        throw new IllegalStateException("no device is left for a replica");
      }
      passed.remove(share);
      share.has++;
      hungry.add(share);
      hungry.addAll(passed);
      return share.device.id();
    }

    private String zoneOf(RingDevice device) {
      return device.region() + "/" + device.zone();
    }
  }
}
