package io.virga.jmh;

import io.virga.dataplane.ring.PathHash;
import io.virga.dataplane.ring.PathHasher;
import io.virga.dataplane.ring.Ring;
import io.virga.dataplane.ring.RingBuilder;
import io.virga.dataplane.ring.RingDevice;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Where an object is: the hash of its path, and the devices of its partition in a large ring. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class RingLookUpBenchmark {

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
