package io.virga.dataplane.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Changes of rings: what moves, and how the ring is afterwards. */
class RebalanceTest {

  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final int ROUNDS = Clusters.rounds(150);
  private static final int MOST_REBALANCES = 20;
  private static final double NOISE = 1e-3;

  @Test
  void aNewDeviceGetsItsShareAndNothingElseMoves() {
    Random random = new Random(Clusters.seed("aNewDeviceGetsItsShare"));
    for (int round = 0; round < ROUNDS; round++) {
      RingBuilder builder = Clusters.flat(random);
      Ring before = builder.rebalance(START).ring();
      RingDevice added = builder.add(1, 1, "another", 6200, "another", 100);
      Ring after = settle(builder);
      int count = Clusters.counts(after).getOrDefault(added.id(), 0);
      assertThat(Clusters.moves(before, after)).isEqualTo(count);
      double share = Clusters.shares(after).getOrDefault(added.id(), 0.0);
      assertThat((double) count).isBetween(Math.floor(share - NOISE), Math.ceil(share + NOISE));
    }
  }

  @Test
  void whatWasOnARemovedDeviceMovesAtOnceAndNothingElse() {
    Random random = new Random(Clusters.seed("whatWasOnARemovedDeviceMoves"));
    for (int round = 0; round < ROUNDS; round++) {
      RingBuilder builder = Clusters.flat(random);
      Ring before = builder.rebalance(START).ring();
      RingDevice gone = builder.devices().get(random.nextInt(builder.devices().size()));
      builder.remove(gone.id());
      Rebalance rebalance = builder.rebalance(START);
      assertThat(Clusters.counts(rebalance.ring())).doesNotContainKey(gone.id());
      assertThat(rebalance.moved()).isEqualTo(Clusters.counts(before).get(gone.id()));
      assertThat(Clusters.moves(before, settle(builder))).isEqualTo(rebalance.moved());
    }
  }

  @Test
  void inZonesAndHostsLittleMoreMovesThanMust() {
    Random random = new Random(Clusters.seed("inZonesAndHostsLittleMoreMovesThanMust"));
    for (int round = 0; round < ROUNDS; round++) {
      RingBuilder builder = Clusters.regular(random);
      Ring before = builder.rebalance(START).ring();
      RingDevice like = builder.devices().get(random.nextInt(builder.devices().size()));
      if (random.nextBoolean()) {
        builder.remove(like.id());
      } else {
        builder.add(like.region(), like.zone(), like.host(), 6200, "another", 100);
      }
      assertLittleMoreThanMust(before, settle(builder));
    }
  }

  @Test
  void aHostThatLosesADeviceTakesOfSomePartitionsAndGivesOfOthers() {
    RingBuilder builder = new RingBuilder(8, 5);
    for (int device = 0; device < 16; device++) {
      builder.add(1, device / 8, "h" + device / 4, 6200, "d" + device, 100);
    }
    Ring before = builder.rebalance(START).ring();
    builder.remove(8);
    Ring after = settle(builder);
    assertThat(RingQuality.of(after).dispersion()).isZero();
    assertThat(Clusters.counts(before)).containsEntry(8, 80);
    assertThat(FewestMoves.between(before, after)).isGreaterThan(100);
    assertLittleMoreThanMust(before, after);
  }

  private static void assertLittleMoreThanMust(Ring before, Ring after) {
    int must = FewestMoves.between(before, after);
    assertThat(Clusters.moves(before, after)).isBetween(must, must * 5 / 4 + 8);
  }

  @ParameterizedTest
  @EnumSource(Clusters.Weights.class)
  void anyChangeEndsAtTheSharesWithFewMoves(Clusters.Weights weights) {
    Random random = new Random(Clusters.seed("anyChangeEndsAtTheShares"));
    for (int round = 0; round < ROUNDS; round++) {
      int replicas = 1 + random.nextInt(5);
      RingBuilder builder = Clusters.random(random, replicas, 2 + random.nextInt(9), weights);
      builder.setOverload(random.nextBoolean() ? 0 : random.nextDouble());
      Ring before = builder.rebalance(START).ring();
      Clusters.change(builder, random, weights);
      Ring after = settle(builder);
      Map<Integer, Integer> had = Clusters.counts(before);
      int needed = 0;
      for (Map.Entry<Integer, Integer> each : Clusters.counts(after).entrySet()) {
        needed += Math.max(0, each.getValue() - had.getOrDefault(each.getKey(), 0));
        double share = Clusters.shares(after).getOrDefault(each.getKey(), 0.0);
        assertThat((double) each.getValue())
            .isBetween(
                builder.overload() > 0 ? 0 : Math.floor(share - NOISE),
                Math.ceil(share * (1 + builder.overload()) + NOISE));
      }
      // Beyond what the shares demand, only what comes to lie farther apart by it is moved.
      assertThat(Clusters.moves(before, after))
          .isLessThanOrEqualTo(needed + before.partitions() / 2 + 8);
      for (int partition = 0; partition < after.partitions(); partition++) {
        assertThat(Clusters.distinct(after, partition, RingDevice::id)).isEqualTo(replicas);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Clusters.Weights.class,
      names = {"EQUAL", "SIMILAR"})
  void withoutDomainsExactlyWhatTheSharesDemandMoves(Clusters.Weights weights) {
    Random random = new Random(Clusters.seed("withoutDomainsExactlyWhatTheSharesDemandMoves"));
    for (int round = 0; round < ROUNDS; round++) {
      int replicas = 1 + random.nextInt(5);
      RingBuilder builder = new RingBuilder(9, replicas);
      int devices = 2 * replicas + 2 + random.nextInt(20);
      for (int device = 0; device < devices; device++) {
        builder.add(9, 9, "new", 6200, "d" + device, Clusters.weight(random, weights));
      }
      Ring before = builder.rebalance(START).ring();
      Clusters.change(builder, random, weights);
      Ring after = settle(builder);
      Map<Integer, Integer> had = Clusters.counts(before);
      int needed = 0;
      for (Map.Entry<Integer, Integer> each : Clusters.counts(after).entrySet()) {
        needed += Math.max(0, each.getValue() - had.getOrDefault(each.getKey(), 0));
      }
      assertThat(Clusters.moves(before, after)).isEqualTo(needed);
    }
  }

  @Test
  void replicasOfAnOldRingComeToLieFartherApart() {
    RingBuilder builder = new RingBuilder(10, 3);
    for (int device = 0; device < 6; device++) {
      builder.add(1, 1, "h1", 6200, "d" + device, 100);
    }
    builder.rebalance(START);
    for (int zone = 2; zone <= 3; zone++) {
      for (int device = 0; device < 6; device++) {
        builder.add(1, zone, "h" + zone, 6200, "d" + device, 100);
      }
    }
    RingQuality quality = RingQuality.of(settle(builder));
    assertThat(quality.dispersion()).isZero();
    assertThat(quality.balance()).isLessThan(100.0 / 170);
  }

  @Test
  void aRingCanGetMoreReplicasAndFewer() {
    RingBuilder builder = new RingBuilder(8, 1);
    RingDevice first = builder.add(1, 1, "h1", 6200, "d1", 100);
    builder.rebalance(START);
    builder.add(1, 2, "h2", 6200, "d1", 100);
    builder.add(1, 3, "h3", 6200, "d1", 100);
    Rebalance more = builder.setReplicas(3).rebalance(START);
    assertThat(more.moved()).isZero();
    assertThat(more.placed()).isEqualTo(2 * 256);
    assertThat(RingQuality.of(more.ring())).isEqualTo(new RingQuality(0, 0));
    for (int partition = 0; partition < 256; partition++) {
      assertThat(more.ring().devicesOf(partition).getFirst()).isEqualTo(first);
      assertThat(more.ring().predecessor(2, partition)).isEmpty();
    }
    Ring fewer = builder.setReplicas(2).rebalance(START.plus(Duration.ofDays(1))).ring();
    assertThat(fewer.replicas()).isEqualTo(2);
  }

  @Test
  void refusesFewerDevicesThanReplicas() {
    RingBuilder builder = new RingBuilder(8, 2);
    builder.add(1, 1, "h1", 6200, "d1", 100);
    builder.add(1, 1, "h1", 6200, "d2", 0);
    assertThatThrownBy(() -> builder.rebalance(START))
        .hasMessage("2 replicas need at least as many devices with a weight; there are 1");
  }

  @Test
  void refusesTheSameDeviceTwiceAndSettingsThatCannotBe() {
    RingBuilder builder = new RingBuilder(8, 2);
    builder.add(1, 1, "h1", 6200, "d1", 100);
    assertThatThrownBy(() -> builder.add(2, 2, "h1", 6200, "d1", 50))
        .hasMessage("device d1 of h1:6200 is in the ring already, as 0");
    assertThatThrownBy(() -> builder.remove(1)).hasMessage("there is no device 1 in the ring");
    assertThatThrownBy(() -> builder.setOverload(-0.1)).hasMessageContaining("-0.1");
    assertThatThrownBy(() -> builder.setOverload(Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> builder.setMinPartHours(-1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> builder.setReplicas(0)).hasMessageContaining("0 replicas");
    assertThatThrownBy(() -> new RingBuilder(25, 1)).hasMessage("part power 25 is not in 0..24");
    assertThatThrownBy(() -> builder.add(1, 1, "a b", 6200, "d1", 1)).hasMessageContaining("a b");
    assertThatThrownBy(() -> builder.add(1, 1, "a", 6200, "../d", 1)).hasMessageContaining("../d");
    assertThatThrownBy(() -> builder.add(1, 1, "a", 6200, "d", -1)).hasMessageContaining("-1.0");
  }

  @Test
  void neverGivesAnIdToAnotherDevice() {
    RingBuilder builder = new RingBuilder(4, 1);
    int first = builder.add(1, 1, "h1", 6200, "d1", 100).id();
    builder.remove(first);
    assertThat(builder.add(1, 1, "h1", 6200, "d1", 100).id()).isNotEqualTo(first);
  }

  @Test
  void thousandDevicesAndAQuarterMillionPartitionsTakeSeconds() {
    RingBuilder builder = new RingBuilder(18, 3);
    for (int device = 0; device < 1_000; device++) {
      builder.add(1, device % 5, "h" + device / 10, 6200, "d" + device, 100);
    }
    timed("a new ring", builder, START);
    for (int device = 0; device < 20; device++) {
      builder.add(1, device % 5, "n" + device, 6200, "d", 100);
    }
    timed("20 more devices", builder, START.plus(Duration.ofHours(2)));
    for (int device = 0; device < 10; device++) {
      builder.remove(device);
    }
    Ring ring = timed("10 fewer devices", builder, START.plus(Duration.ofHours(4)));
    assertThat(RingQuality.of(ring).dispersion()).isZero();
    assertThat(RingQuality.of(ring).balance()).isLessThan(0.2);
  }

  private static Ring timed(String what, RingBuilder builder, Instant now) {
    long start = System.nanoTime();
    Rebalance rebalance = builder.rebalance(now);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    System.out.printf("%s: %d ms, %d moved%n", what, took.toMillis(), rebalance.moved());
    assertThat(took).isLessThan(Duration.ofSeconds(30));
    return rebalance.ring();
  }

  /** Rebalances again and again, as far apart as it needs, until nothing moves any more. */
  private static Ring settle(RingBuilder builder) {
    Instant now = START;
    for (int i = 0; i < MOST_REBALANCES; i++) {
      now = now.plus(Duration.ofHours(builder.minPartHours()));
      Rebalance rebalance = builder.rebalance(now);
      if (rebalance.moved() == 0) {
        return rebalance.ring();
      }
    }
    throw new AssertionError("still moving after " + MOST_REBALANCES + " rebalances");
  }
}
