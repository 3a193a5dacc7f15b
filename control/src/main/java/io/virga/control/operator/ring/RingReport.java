package io.virga.control.operator.ring;

import io.virga.dataplane.ring.Ring;
import io.virga.dataplane.ring.RingBuilder;
import io.virga.dataplane.ring.RingDevice;
import io.virga.dataplane.ring.RingQuality;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code ring show} tells of a ring.
 *
 * @param version of the last rebalance, 0 before the first
 * @param resting how many partitions may not move yet
 * @param pending whether devices or replicas have changed since the last rebalance
 */
public record RingReport(
    String name,
    long version,
    int partPower,
    int replicas,
    double overload,
    int minPartHours,
    int resting,
    boolean pending,
    Optional<RingQuality> quality,
    List<DeviceReport> devices) {

  /**
   * A device.
   *
   * @param slots how many replicas of partitions it holds
   */
  public record DeviceReport(
      int id, int region, int zone, String node, String name, double weight, int slots) {}

  public static RingReport of(String name, RingBuilder builder, Instant now) {
    Map<Integer, Integer> slots = new HashMap<>();
    builder.ring().ifPresent(ring -> count(ring, slots));
    return new RingReport(
        name,
        builder.ring().map(Ring::version).orElse(0L),
        builder.partPower(),
        builder.replicas(),
        builder.overload(),
        builder.minPartHours(),
        builder.restingPartitions(now),
        isPending(builder),
        builder.ring().map(RingQuality::of),
        builder.devices().stream()
            .map(device -> report(device, slots.getOrDefault(device.id(), 0)))
            .toList());
  }

  private static void count(Ring ring, Map<Integer, Integer> slots) {
    int[] counts = RingQuality.slotsByDevice(ring);
    for (int i = 0; i < counts.length; i++) {
      slots.put(ring.devices().get(i).id(), counts[i]);
    }
  }

  private static boolean isPending(RingBuilder builder) {
    return builder
        .ring()
        .map(
            ring ->
                !ring.devices().equals(builder.devices()) || ring.replicas() != builder.replicas())
        .orElse(true);
  }

  private static DeviceReport report(RingDevice device, int slots) {
    return new DeviceReport(
        device.id(),
        device.region(),
        device.zone(),
        device.node(),
        device.name(),
        device.weight(),
        slots);
  }

  /** Prints it for people. */
  public void print(PrintWriter out) {
    out.printf(
        "%s: version %d, %d partitions, %d replicas, overload %.4f, min_part_hours %d (%d rest)%s%n",
        name,
        version,
        1 << partPower,
        replicas,
        overload,
        minPartHours,
        resting,
        pending ? ", changes wait for a rebalance" : "");
    quality.ifPresent(measured -> print(out, measured));
    out.printf(
        "%5s %6s %4s  %-24s %-16s %10s %9s%n",
        "ID", "REGION", "ZONE", "NODE", "DEVICE", "WEIGHT", "REPLICAS");
    for (DeviceReport device : devices) {
      out.printf(
          "%5d %6d %4d  %-24s %-16s %10.2f %9d%n",
          device.id(),
          device.region(),
          device.zone(),
          device.node(),
          device.name(),
          device.weight(),
          device.slots());
    }
  }

  /** Prints how good a ring is. */
  public static void print(PrintWriter out, RingQuality quality) {
    out.printf("balance %.2f %%, dispersion %.2f %%%n", quality.balance(), quality.dispersion());
  }
}
