package io.virga.dataplane.ring;

import java.util.regex.Pattern;

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

  private static final int MAXIMUM_PORT = 65_535;
  private static final double MAXIMUM_WEIGHT = 1e12;
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%-]{1,255}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}");

  public RingDevice {
    accept(id >= 0 && id < Ring.MAXIMUM_DEVICES, "device id %s is not in 0..65534", id);
    accept(region >= 0, "region %s of a device is negative", region);
    accept(zone >= 0, "zone %s of a device is negative", zone);
    accept(
        HOST.matcher(host).matches(),
        "'%s' is no host of a node: a host name or an address of at most 255 characters",
        host);
    accept(port >= 0 && port <= MAXIMUM_PORT, "port %s of a node is not in 0..65535", port);
    accept(
        NAME.matcher(name).matches(),
        "'%s' is no name of a device: up to 128 letters, digits, '-', '_' and '.', no '.' first",
        name);
    accept(
        weight >= 0 && weight <= MAXIMUM_WEIGHT,
        "weight %s of a device is not in 0..1000000000000",
        weight);
  }

  /** The node that serves the device, as {@code host:port}. */
  public String node() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /** The same device with another weight. */
  public RingDevice withWeight(double other) {
    return new RingDevice(id, region, zone, host, port, name, other);
  }

  /** The same device on a node that listens elsewhere. */
  public RingDevice withAddress(String otherHost, int otherPort) {
    return new RingDevice(id, region, zone, otherHost, otherPort, name, weight);
  }

  private static void accept(boolean condition, String problem, Object value) {
    if (!condition) {
      throw new IllegalArgumentException(problem.formatted(value));
    }
  }
}
