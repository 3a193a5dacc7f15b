package io.virga.jmh;

import io.virga.dataplane.ring.PathHash;
import io.virga.dataplane.ring.PathHasher;
import io.virga.dataplane.ring.Ring;
import io.virga.dataplane.ring.RingBuilder;
import io.virga.dataplane.ring.RingDevice;
import java.time.Instant;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/** Where an object is: the hash of its path, and the devices of its partition in a large ring. */
public class RingLookUpBenchmark extends HotFunction {

  private static final int DEVICES = 1000;
  private static final int PART_POWER = 18;
  private static final int REPLICAS = 3;

  private final PathHasher hasher = new PathHasher(new byte[16]);
  private Ring ring;
  private int number;

  @Setup
  public void build() {
    RingBuilder builder = new RingBuilder(PART_POWER, REPLICAS);
    for (int i = 0; i < DEVICES; i++) {
      builder.add(1, i % 10 + 1, "10.0.0." + i / 10 % 100, 6200, "d" + i, 100);
    }
    ring = builder.rebalance(Instant.EPOCH).ring();
  }

  @Benchmark
  public PathHash hash() {
    return hasher.hash("AUTH_0123456789abcdef", "photos", "2026/11/" + number++);
  }

  @Benchmark
  public List<RingDevice> devices() {
    return ring.devicesOf(number++ & ((1 << PART_POWER) - 1));
  }

  @Benchmark
  public List<RingDevice> lookUp() {
    return ring.devicesOf(hash());
  }
}
