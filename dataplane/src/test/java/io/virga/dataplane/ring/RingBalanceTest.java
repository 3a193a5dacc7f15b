package io.virga.dataplane.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** New rings over random devices. */
class RingBalanceTest {

  private static final int ROUNDS = Clusters.rounds(150);
  private static final double NOISE = 1e-3;

  @ParameterizedTest
  @EnumSource(Clusters.Weights.class)
  void givesEachDeviceItsShareRoundedDownOrUp(Clusters.Weights weights) {
    Random random = new Random(Clusters.seed("givesEachDeviceItsShareRoundedDownOrUp"));
    for (int round = 0; round < ROUNDS; round++) {
      int replicas = 1 + random.nextInt(5);
      RingBuilder builder = Clusters.random(random, replicas, random.nextInt(9), weights);
      Ring ring = builder.rebalance(Instant.EPOCH).ring();
      Map<Integer, Double> shares = Clusters.shares(ring);
      Clusters.counts(ring)
          .forEach(
              (id, count) ->
                  assertThat((double) count)
                      .isBetween(
                          Math.floor(shares.getOrDefault(id, 0.0) - NOISE),
                          Math.ceil(shares.getOrDefault(id, 0.0) + NOISE)));
      assertOnDifferentDevices(ring);
    }
  }

  @ParameterizedTest
  @EnumSource(Clusters.Weights.class)
  void goesNoFurtherAboveTheShareThanTheOverloadFactor(Clusters.Weights weights) {
    Random random = new Random(Clusters.seed("goesNoFurtherAboveTheShareThanTheOverloadFactor"));
    for (int round = 0; round < ROUNDS; round++) {
      int replicas = 1 + random.nextInt(5);
      RingBuilder builder = Clusters.random(random, replicas, random.nextInt(9), weights);
      Ring strict = builder.rebalance(Instant.EPOCH).ring();
      double overload = random.nextDouble();
      builder = fresh(builder).setOverload(overload);
      Ring ring = builder.rebalance(Instant.EPOCH).ring();
      Map<Integer, Double> shares = Clusters.shares(ring);
      Clusters.counts(ring)
          .forEach(
              (id, count) ->
                  assertThat((double) count)
                      .isLessThanOrEqualTo(
                          Math.ceil(shares.getOrDefault(id, 0.0) * (1 + overload) + NOISE)));
      assertThat(RingQuality.of(ring).dispersion())
          .isLessThanOrEqualTo(RingQuality.of(strict).dispersion() + slack(ring));
      assertOnDifferentDevices(ring);
    }
  }

  @ParameterizedTest
  @EnumSource(Clusters.Weights.class)
  void putsReplicasAsFarApartAsTheDevicesAllowWhenOverloadIsNoLimit(Clusters.Weights weights) {
    Random random = new Random(Clusters.seed("putsReplicasAsFarApart"));
    for (int round = 0; round < ROUNDS; round++) {
      int replicas = 1 + random.nextInt(5);
      RingBuilder builder = Clusters.random(random, replicas, random.nextInt(9), weights);
      Ring ring = builder.setOverload(1_000_000).rebalance(Instant.EPOCH).ring();
      assertThat(RingQuality.of(ring).dispersion()).isZero();
      long regions = ring.devices().stream().map(RingDevice::region).distinct().count();
      for (int partition = 0; partition < ring.partitions(); partition++) {
        assertThat(Clusters.distinct(ring, partition, RingDevice::region))
            .isEqualTo(Math.min(replicas, regions));
      }
      assertOnDifferentDevices(ring);
    }
  }

  @ParameterizedTest
  @EnumSource(Clusters.Weights.class)
  void usesDifferentHostsWhileThereAreEnough(Clusters.Weights weights) {
    Random random = new Random(Clusters.seed("usesDifferentHostsWhileThereAreEnough"));
    for (int round = 0; round < ROUNDS; round++) {
      int replicas = 1 + random.nextInt(5);
      RingBuilder builder = new RingBuilder(8, replicas).setOverload(1_000_000);
      int hosts = 1 + random.nextInt(8);
      while (builder.devices().size() < Math.max(hosts, replicas)) {
        for (int host = 0; host < hosts; host++) {
          Clusters.addHost(builder, random, 1, 1, weights);
        }
      }
      Ring ring = builder.rebalance(Instant.EPOCH).ring();
      long all = ring.devices().stream().map(RingDevice::host).distinct().count();
      for (int partition = 0; partition < ring.partitions(); partition++) {
        assertThat(Clusters.distinct(ring, partition, RingDevice::host))
            .isEqualTo(Math.min(replicas, all));
      }
    }
  }

  @Test
  void sharesPartitionsWithAllOthersSoThatTheyRebuildALostDeviceTogether() {
    RingBuilder builder = new RingBuilder(12, 3);
    for (int host = 0; host < 30; host++) {
      builder.add(1, 1, "h" + host, 6200, "d", 100);
    }
    Ring ring = builder.rebalance(Instant.EPOCH).ring();
    for (int device = 0; device < 30; device++) {
      Set<Integer> companions = new HashSet<>();
      for (int partition = 0; partition < ring.partitions(); partition++) {
        List<Integer> ids = ring.devicesOf(partition).stream().map(RingDevice::id).toList();
        if (ids.contains(device)) {
          companions.addAll(ids);
        }
      }
      assertThat(companions).hasSize(30);
    }
  }

  private static double slack(Ring ring) {
    return 100.0 * ring.devices().size() / ring.partitions();
  }

  private static RingBuilder fresh(RingBuilder builder) {
    RingBuilder fresh = new RingBuilder(builder.partPower(), builder.replicas());
    for (RingDevice each : builder.devices()) {
      fresh.add(each.region(), each.zone(), each.host(), each.port(), each.name(), each.weight());
    }
    return fresh;
  }

  private static void assertOnDifferentDevices(Ring ring) {
    for (int partition = 0; partition < ring.partitions(); partition++) {
      assertThat(Clusters.distinct(ring, partition, RingDevice::id)).isEqualTo(ring.replicas());
    }
  }
}
