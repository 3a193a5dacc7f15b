package io.virga.dataplane.ring;

import java.util.ArrayList;
import java.util.List;

/**
 * An immutable placement: for each replica and partition the device that holds it.
 *
 * <p>Devices are kept by id; a removed device leaves a hole that {@link #devices()} skips.
 */
public final class Ring {

  /** The greatest device id: ids are kept as unsigned 16-bit numbers. */
  public static final int MAXIMUM_DEVICES = 0xFFFF;

  /** The greatest part power. */
  public static final int MAXIMUM_PART_POWER = 24;

  private final long version;
  private final int partPower;
  private final List<RingDevice> devices;
  private final RingDevice[] byId;
  private final char[][] assignments;

  /**
   * @param version grows with every rebalance
   * @param assignments {@code [replica][partition]} → device id
   */
  Ring(long version, int partPower, List<RingDevice> devices, char[][] assignments) {
    this.version = version;
    this.partPower = partPower;
    this.devices = List.copyOf(devices);
    int size = devices.stream().mapToInt(RingDevice::id).max().orElse(-1) + 1;
    this.byId = new RingDevice[size];
    for (RingDevice device : devices) {
      byId[device.id()] = device;
    }
    this.assignments = assignments;
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
    return assignments.length;
  }

  public List<RingDevice> devices() {
    return devices;
  }

  /** The devices that hold the partition of a hash, the primary order first. */
  public List<RingDevice> devicesOf(PathHash hash) {
    return devicesOf(hash.partition(partPower));
  }

  /** The devices that hold a partition. */
  public List<RingDevice> devicesOf(int partition) {
    List<RingDevice> result = new ArrayList<>(assignments.length);
    for (char[] replica : assignments) {
      result.add(byId[replica[partition]]);
    }
    return result;
  }

  /** The id of the device that holds a replica of a partition. */
  public int deviceId(int replica, int partition) {
    return assignments[replica][partition];
  }
}
