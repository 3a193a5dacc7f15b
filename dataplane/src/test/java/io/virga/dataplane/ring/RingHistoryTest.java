package io.virga.dataplane.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rings over many changes and a clock that goes on by chance, against a model that keeps for each
 * slot who held it before, and for each partition when it last moved.
 */
class RingHistoryTest {

  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final int ROUNDS = Clusters.rounds(20);
  private static final int REBALANCES = 25;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 24})
  void aPartitionMovesOneReplicaAndRestsAndItsPredecessorIsKept(int hours) {
    Random random = new Random(Clusters.seed("aPartitionMovesOneReplicaAndRests"));
    for (int round = 0; round < ROUNDS; round++) {
      int replicas = 1 + random.nextInt(4);
      RingBuilder builder = Clusters.random(random, replicas, 4, Clusters.Weights.SIMILAR);
      builder.setMinPartHours(hours);
      Instant now = START;
      Model model = new Model(builder.rebalance(now).ring(), hours);
      for (int i = 0; i < REBALANCES; i++) {
        long weighted = builder.devices().stream().filter(device -> device.weight() > 0).count();
        if (weighted > replicas + 1) {
          Clusters.change(builder, random, Clusters.Weights.SIMILAR);
        } else {
          builder.add(1, 1, "more", 6200, "d" + round + "-" + i, 100);
        }
        now = now.plus(Duration.ofMinutes(random.nextInt(60 * (hours + 1))));
        Ring ring = builder.rebalance(now).ring();
        model.check(ring, now);
      }
    }
  }

  /** What is known of the ring before. */
  private static final class Model {
    private final int hours;
    private final Map<Integer, Instant> movedAt = new HashMap<>();
    private final Map<List<Integer>, RingDevice> before = new HashMap<>();
    private final Map<Integer, RingDevice> known = new HashMap<>();
    private Ring ring;

    Model(Ring ring, int hours) {
      this.ring = ring;
      this.hours = hours;
    }

    void check(Ring next, Instant now) {
      ring.devices().forEach(device -> known.put(device.id(), device));
      List<Integer> present = next.devices().stream().map(RingDevice::id).toList();
      for (int partition = 0; partition < ring.partitions(); partition++) {
        Instant moved = movedAt.get(partition);
        boolean rested = moved == null || !now.isBefore(moved.plus(Duration.ofHours(hours)));
        List<Integer> free = new ArrayList<>();
        boolean any = false;
        for (int replica = 0; replica < ring.replicas(); replica++) {
          int old = ring.deviceId(replica, partition);
          List<Integer> slot = List.of(replica, partition);
          if (old != next.deviceId(replica, partition)) {
            before.put(slot, Objects.requireNonNull(known.get(old)));
            any = true;
            if (present.contains(old)) {
              free.add(replica);
            }
          } else if (rested) {
            before.remove(slot);
          }
          assertSame(next.predecessor(replica, partition), Optional.ofNullable(before.get(slot)));
        }
        assertThat(free.size()).as("partition %d", partition).isLessThanOrEqualTo(rested ? 1 : 0);
        if (any) {
          movedAt.put(partition, now);
        }
        assertThat(Clusters.distinct(next, partition, RingDevice::id)).isEqualTo(next.replicas());
      }
      ring = next;
    }

    private static void assertSame(Optional<RingDevice> found, Optional<RingDevice> expected) {
      assertThat(found.map(RingDevice::id)).isEqualTo(expected.map(RingDevice::id));
      assertThat(found.map(RingDevice::node)).isEqualTo(expected.map(RingDevice::node));
    }
  }
}
