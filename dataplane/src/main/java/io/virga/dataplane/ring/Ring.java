package io.virga.dataplane.ring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An immutable placement: for each replica (a "slot") of each partition the device that holds it,
 * and the one that held it before. May be used from any thread.
 */
public final class Ring {

  /** How many device ids there are: ids are kept as unsigned 16-bit numbers. */
  public static final int MAXIMUM_DEVICES = 0xFFFF;

  /** The greatest part power. */
  public static final int MAXIMUM_PART_POWER = 24;

  /** The greatest number of replicas. */
  public static final int MAXIMUM_REPLICAS = 32;

  /** The greatest number of slots, which bounds the memory of a ring: 4 bytes each at most. */
  public static final int MAXIMUM_SLOTS = 1 << 27;

  /** Stands for no device in a table. */
  static final char NONE = 0xFFFF;

  private final long version;
  private final int partPower;
  private final List<RingDevice> devices;
  private final List<RingDevice> former;
  private final Domains domains;
  private final int[] positions;
  private final RingDevice[] byId;
  private final Slots slots;

  /**
   * The tables of a ring, {@code [replica][partition]} → device id.
   *
   * @param before who held each slot before, {@link #NONE} for nobody; a row without any is empty
   */
  record Slots(char[][] now, char[][] before) {}

  /**
   * @param version grows with every rebalance
   * @param former devices that were removed and are still some slot's predecessor
   */
  Ring(
      long version, int partPower, List<RingDevice> devices, List<RingDevice> former, Slots slots) {
    this.version = version;
    this.partPower = partPower;
    this.devices = List.copyOf(devices);
    this.former = List.copyOf(former);
    this.domains = new Domains(this.devices);
    this.byId = new RingDevice[MAXIMUM_DEVICES];
    this.positions = new int[MAXIMUM_DEVICES];
    Arrays.fill(positions, -1);
    for (int position = 0; position < devices.size(); position++) {
      RingDevice device = devices.get(position);
      byId[device.id()] = device;
      positions[device.id()] = position;
    }
    for (RingDevice device : former) {
      byId[device.id()] = device;
    }
    this.slots = slots;
  }

  public long version() {
    return version;
  }

  public int partPower() {
    return partPower;
  }

  public int partitions() {
    return 1 << partPower;
  }

  public int replicas() {
    return slots.now().length;
  }

  /** The next version, in which the node of a device listens elsewhere. */
  Ring withAddress(int id, String host, int port) {
    List<RingDevice> changed =
        devices.stream()
            .map(device -> device.id() == id ? device.withAddress(host, port) : device)
            .toList();
    return new Ring(version + 1, partPower, changed, former, slots);
  }

  /** The devices of the ring, also those that are drained. */
  public List<RingDevice> devices() {
    return devices;
  }

  /** Devices that were removed and are still the predecessor of a slot. */
  public List<RingDevice> formerDevices() {
    return former;
  }

  /** The devices that hold the partition of a hash, by replica. */
  public List<RingDevice> devicesOf(PathHash hash) {
    return devicesOf(hash.partition(partPower));
  }

  /** The devices that hold a partition, by replica. */
  public List<RingDevice> devicesOf(int partition) {
    List<RingDevice> result = new ArrayList<>(slots.now().length);
    for (char[] replica : slots.now()) {
      result.add(byId[replica[partition]]);
    }
    return result;
  }

  /** The id of the device that holds a replica of a partition. */
  public int deviceId(int replica, int partition) {
    return slots.now()[replica][partition];
  }

  /**
   * The device that held a slot before the rebalance that moved it. It is kept, also when it was
   * removed, until the first rebalance that is {@code min_part_hours} or more after that one.
   */
  public Optional<RingDevice> predecessor(int replica, int partition) {
    int id = predecessorId(replica, partition);
    return id == NONE ? Optional.empty() : Optional.of(byId[id]);
  }

  int predecessorId(int replica, int partition) {
    char[] row = slots.before()[replica];
    return row.length == 0 ? NONE : row[partition];
  }

  /**
   * The devices that stand in for a partition's own when those cannot be reached: every other
   * device with a weight, once, those first that are farthest from the partition's own and from
   * each other. The order depends on nothing but the ring and the partition; it is computed as it
   * is read.
   */
  public Iterable<RingDevice> handoffs(int partition) {
    int[] own = new int[replicas()];
    for (int replica = 0; replica < own.length; replica++) {
      own[replica] = positions[deviceId(replica, partition)];
    }
    return () -> new Handoffs(devices, domains, own, partition);
  }

  /** The tables themselves; not to be changed. */
  Slots slots() {
    return slots;
  }
}
