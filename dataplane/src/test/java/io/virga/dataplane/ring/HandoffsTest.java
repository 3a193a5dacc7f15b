package io.virga.dataplane.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class HandoffsTest {

  private static final List<Function<RingDevice, Object>> DOMAINS =
      List.of(
          RingDevice::region,
          device -> List.of(device.region(), device.zone()),
          device -> List.of(device.region(), device.zone(), device.host()),
          device -> List.of(device.region(), device.zone(), device.node()));

  @Test
  void namesEveryOtherWeightedDeviceOnceAndTheFarthestFirst() {
    Random random = new Random(Clusters.seed("namesEveryOtherWeightedDeviceOnce"));
    for (int round = 0; round < Clusters.rounds(8); round++) {
      int replicas = 1 + random.nextInt(4);
      RingBuilder builder = Clusters.random(random, replicas, 3, Clusters.Weights.SIMILAR);
      builder.setWeight(builder.devices().getFirst().id(), 0);
      Ring ring = builder.rebalance(Instant.EPOCH).ring();
      for (int partition = 0; partition < ring.partitions(); partition++) {
        List<RingDevice> own = ring.devicesOf(partition);
        List<RingDevice> expected = new ArrayList<>(ring.devices());
        expected.removeIf(device -> device.weight() == 0 || own.contains(device));
        List<RingDevice> handoffs = new ArrayList<>();
        ring.handoffs(partition).forEach(handoffs::add);
        assertThat(handoffs).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(ring.handoffs(partition)).containsExactlyElementsOf(handoffs);
        assertFarthestFirst(own, handoffs);
      }
    }
  }

  /** None of those that follow would have been in a larger domain that was not yet used. */
  private static void assertFarthestFirst(List<RingDevice> own, List<RingDevice> handoffs) {
    List<RingDevice> used = new ArrayList<>(own);
    for (int i = 0; i < handoffs.size(); i++) {
      int level = firstUnused(handoffs.get(i), used);
      for (RingDevice later : handoffs.subList(i + 1, handoffs.size())) {
        assertThat(firstUnused(later, used)).isGreaterThanOrEqualTo(level);
      }
      used.add(handoffs.get(i));
    }
  }

  private static int firstUnused(RingDevice device, Collection<RingDevice> used) {
    for (int level = 0; level < DOMAINS.size(); level++) {
      Function<RingDevice, Object> domain = DOMAINS.get(level);
      if (used.stream().map(domain).noneMatch(domain.apply(device)::equals)) {
        return level;
      }
    }
    return DOMAINS.size();
  }

  @Test
  void spreadsTheLoadOfALostDeviceOverTheOthers() {
    RingBuilder builder = new RingBuilder(12, 3);
    for (int host = 0; host < 20; host++) {
      builder.add(1, 1, "h" + host, 6200, "d", 100);
    }
    Ring ring = builder.rebalance(Instant.EPOCH).ring();
    Map<Integer, Integer> first = new HashMap<>();
    for (int partition = 0; partition < ring.partitions(); partition++) {
      first.merge(ring.handoffs(partition).iterator().next().id(), 1, Integer::sum);
    }
    assertThat(first).hasSize(20);
    assertThat(first.values()).allSatisfy(count -> assertThat(count).isBetween(100, 320));
  }

  @Test
  void thereAreNoneIfEveryDeviceHoldsThePartition() {
    RingBuilder builder = new RingBuilder(4, 1);
    builder.add(1, 1, "h", 6200, "d", 100);
    assertThat(builder.rebalance(Instant.EPOCH).ring().handoffs(3)).isEmpty();
  }
}
