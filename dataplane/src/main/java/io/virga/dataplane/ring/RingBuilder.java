package io.virga.dataplane.ring;

import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Builds a ring and changes it: each device gets partitions in proportion to its weight, the
 * replicas of a partition go as far apart as weights and the overload factor let them, and a
 * rebalance moves only what it must.
 *
 * <p>A partition moves at most one replica in a rebalance, and not again before {@code
 * min_part_hours} have passed: the others are where they were, so that the data can be found. Only
 * what was on a device that is removed moves at once.
 *
 * <p>Changes take effect with the next {@link #rebalance}. For one thread.
 */
public final class RingBuilder {

  private static final double MAXIMUM_OVERLOAD = 1_000_000;

  private static final int MAXIMUM_HOURS = 24 * 365;

  private final int partPower;
  private final Map<Integer, RingDevice> devices = new TreeMap<>();
  private final Map<Integer, RingDevice> removed = new TreeMap<>();
  private int replicas;
  private double overload;
  private int minPartHours = 1;
  private int nextId;
  private int[] movedAt;
  private Optional<Ring> ring = Optional.empty();

  public RingBuilder(int partPower, int replicas) {
    if (partPower < 0 || partPower > Ring.MAXIMUM_PART_POWER) {
      throw new IllegalArgumentException(
          "part power " + partPower + " is not in 0.." + Ring.MAXIMUM_PART_POWER);
    }
    this.partPower = partPower;
    this.movedAt = new int[1 << partPower];
    setReplicas(replicas);
  }

  /** A builder that goes on from a ring whose own builder is not there. */
  public static RingBuilder of(Ring ring) {
    RingBuilder builder = new RingBuilder(ring.partPower(), ring.replicas());
    ring.devices().forEach(device -> builder.devices.put(device.id(), device));
    ring.formerDevices().forEach(device -> builder.removed.put(device.id(), device));
    builder.nextId = Math.max(greatest(ring.devices()), greatest(ring.formerDevices())) + 1;
    builder.ring = Optional.of(ring);
    return builder;
  }

  private static int greatest(List<RingDevice> devices) {
    return devices.stream().mapToInt(RingDevice::id).max().orElse(-1);
  }

  /**
   * What the builder file holds.
   *
   * @param removed devices that the last ring still speaks of
   * @param movedAt for each partition when it last moved, in unsigned seconds of Unix time, rounded
   *     up; 0 never
   */
  record State(
      Settings settings,
      List<RingDevice> devices,
      List<RingDevice> removed,
      int[] movedAt,
      Optional<Ring> ring) {}

  /** The numbers of a builder. */
  record Settings(int partPower, int replicas, double overload, int minPartHours, int nextId) {}

  State state() {
    return new State(
        new Settings(partPower, replicas, overload, minPartHours, nextId),
        List.copyOf(devices.values()),
        List.copyOf(removed.values()),
        movedAt.clone(),
        ring);
  }

  static RingBuilder of(State state) {
    Settings settings = state.settings();
    RingBuilder builder = new RingBuilder(settings.partPower(), settings.replicas());
    builder.setOverload(settings.overload());
    builder.setMinPartHours(settings.minPartHours());
    state.devices().forEach(device -> builder.devices.put(device.id(), device));
    state.removed().forEach(device -> builder.removed.put(device.id(), device));
    builder.nextId = settings.nextId();
    builder.movedAt = state.movedAt().clone();
    builder.ring = state.ring();
    return builder;
  }

  public int partPower() {
    return partPower;
  }

  public int replicas() {
    return replicas;
  }

  public double overload() {
    return overload;
  }

  public int minPartHours() {
    return minPartHours;
  }

  /** The devices as they will be after the next rebalance. */
  public List<RingDevice> devices() {
    return List.copyOf(devices.values());
  }

  /** The ring of the last rebalance. */
  public Optional<Ring> ring() {
    return ring;
  }

  /** Sets the number of replicas; what is added or dropped is so at the next rebalance. */
  public RingBuilder setReplicas(int count) {
    if (count < 1
        || count > Ring.MAXIMUM_REPLICAS
        || (long) count << partPower > Ring.MAXIMUM_SLOTS) {
      throw new IllegalArgumentException(
          "%d replicas of 2^%d partitions cannot be: at least 1, at most %d, and %d slots in all"
              .formatted(count, partPower, Ring.MAXIMUM_REPLICAS, Ring.MAXIMUM_SLOTS));
    }
    replicas = count;
    return this;
  }

  /**
   * How far above its share by weight a device may go so that replicas lie farther apart: 0.1 lets
   * it hold a tenth more.
   */
  public RingBuilder setOverload(double factor) {
    if (!(factor >= 0 && factor <= MAXIMUM_OVERLOAD)) {
      throw new IllegalArgumentException(
          "overload factor %s is not in 0..1000000; 0.1 stands for 10 %%".formatted(factor));
    }
    overload = factor;
    return this;
  }

  /** For how long a partition that has moved does not move again. */
  public RingBuilder setMinPartHours(int hours) {
    if (hours < 0 || hours > MAXIMUM_HOURS) {
      throw new IllegalArgumentException(
          "min_part_hours %d is not in 0..%d".formatted(hours, MAXIMUM_HOURS));
    }
    minPartHours = hours;
    return this;
  }

  /** Adds a device under an id that no other device ever had. */
  public RingDevice add(int region, int zone, String host, int port, String name, double weight) {
    RingDevice device = new RingDevice(nextId, region, zone, host, port, name, weight);
    for (RingDevice other : devices.values()) {
      if (other.node().equals(device.node()) && other.name().equals(name)) {
        throw new IllegalArgumentException(
            "device %s of %s is in the ring already, as %d"
                .formatted(name, device.node(), other.id()));
      }
    }
    devices.put(nextId, device);
    nextId++;
    return device;
  }

  /** Sets the weight of a device; 0 drains it. */
  public RingBuilder setWeight(int id, double weight) {
    devices.put(id, device(id).withWeight(weight));
    return this;
  }

  /**
   * Says where the node of a device listens now. This is so at once, in another version of the
   * ring, and nothing moves.
   */
  public RingBuilder setAddress(int id, String host, int port) {
    devices.put(id, device(id).withAddress(host, port));
    ring = ring.map(last -> last.withAddress(id, host, port));
    return this;
  }

  /** Takes a device out: the next rebalance moves all that is on it. */
  public RingBuilder remove(int id) {
    removed.put(id, device(id));
    devices.remove(id);
    return this;
  }

  private RingDevice device(int id) {
    RingDevice device = devices.get(id);
    if (device == null) {
      throw new IllegalArgumentException("there is no device %d in the ring".formatted(id));
    }
    return device;
  }

  /** How many partitions may not move yet. */
  public int restingPartitions(Instant now) {
    return partitions() - movable(now).cardinality();
  }

  /**
   * Makes the next ring.
   *
   * @throws IllegalStateException if fewer devices have a weight than there are replicas
   */
  public Rebalance rebalance(Instant now) {
    long weighted = devices.values().stream().filter(device -> device.weight() > 0).count();
    if (weighted < replicas) {
      throw new IllegalStateException(
          "%d replicas need at least as many devices with a weight; there are %d"
              .formatted(replicas, weighted));
    }
    NextRing next = new NextRing(state(), movable(now));
    Ring made = next.make();
    int second = (int) (now.getNano() == 0 ? now.getEpochSecond() : now.getEpochSecond() + 1);
    next.movedPartitions().stream().forEach(partition -> movedAt[partition] = second);
    removed.keySet().retainAll(made.formerDevices().stream().map(RingDevice::id).toList());
    ring = Optional.of(made);
    return new Rebalance(made, next.moved(), next.placed());
  }

  private int partitions() {
    return 1 << partPower;
  }

  private BitSet movable(Instant now) {
    BitSet movable = new BitSet(partitions());
    long latest = now.getEpochSecond() - Duration.ofHours(minPartHours).toSeconds();
    for (int partition = 0; partition < movedAt.length; partition++) {
      long moved = Integer.toUnsignedLong(movedAt[partition]);
      movable.set(partition, moved == 0 || moved <= latest);
    }
    return movable;
  }
}
