package io.virga.dataplane.ring;

/**
 * A device that the ring places partitions on.
 *
 * @param id its index in the ring, never given to another device
 * @param weight its share of partitions relative to the others; 0 drains it
 * @param host where its node listens for the other nodes
 * @param name the directory name of the device on its host
 */
public record RingDevice(
    int id, int region, int zone, String host, int port, String name, double weight) {

  public RingDevice {
    if (id < 0 || id > Ring.MAXIMUM_DEVICES) {
      throw new IllegalArgumentException(
          "device id " + id + " is not in 0.." + Ring.MAXIMUM_DEVICES);
    }
    if (!(weight >= 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException("weight " + weight + " of device " + id + " is not >= 0");
    }
  }
}
