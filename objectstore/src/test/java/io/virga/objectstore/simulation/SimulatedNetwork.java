package io.virga.objectstore.simulation;

import io.virga.dataplane.configuration.HostPort;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Carries messages with a delay of its own for each, so that they come in any order, or not at all.
 * Each direction of each pair has chance of its own: what others send does not change it.
 */
final class SimulatedNetwork {

  private static final int SLOW_ONE_IN = 20;
  private static final int QUICK_MICROS = 2_000;
  private static final int SLOW_MICROS = 400_000;
  private static final int VERY_SLOW_MICROS = 15_000_000;

  /** A direction. */
  private record Way(int from, int to) {}

  private final VirtualTime time;
  private final long seed;
  private final Map<HostPort, SimulatedNode> nodes = new HashMap<>();
  private final Map<Way, Random> chances = new HashMap<>();
  private final Set<Way> cut = new HashSet<>();
  private int lostPerThousand;
  private int slowPerThousand;

  SimulatedNetwork(VirtualTime time, long seed) {
    this.time = time;
    this.seed = seed;
  }

  void add(SimulatedNode node) {
    nodes.put(node.address(), node);
  }

  Optional<SimulatedNode> at(HostPort address) {
    return Optional.ofNullable(nodes.get(address));
  }

  /** So many messages get lost, and so many take up to 15 seconds. */
  void trouble(int lostPerThousand, int slowPerThousand) {
    this.lostPerThousand = lostPerThousand;
    this.slowPerThousand = slowPerThousand;
  }

  void cut(int from, int to) {
    cut.add(new Way(from, to));
  }

  void cutOff(int node) {
    for (SimulatedNode other : nodes.values()) {
      cut(node, other.number());
      cut(other.number(), node);
    }
  }

  void heal() {
    cut.clear();
    trouble(0, 0);
  }

  /** Chance for one direction. */
  Random chance(int from, int to) {
    return chances.computeIfAbsent(
        new Way(from, to), way -> new Random(seed * 31 * 31 + from * 31L + to));
  }

  /** Brings something about at the other end, if it gets there. */
  void carry(int from, int to, Runnable arrival) {
    Random chance = chance(from, to);
    boolean lost = chance.nextInt(1000) < lostPerThousand;
    Duration delay = delay(chance);
    if (lost || cut.contains(new Way(from, to))) {
      return;
    }
    time.after(
        delay,
        () -> {
          if (!cut.contains(new Way(from, to))) {
            arrival.run();
          }
        });
  }

  private Duration delay(Random chance) {
    int most =
        chance.nextInt(1000) < slowPerThousand
            ? VERY_SLOW_MICROS
            : chance.nextInt(SLOW_ONE_IN) == 0 ? SLOW_MICROS : QUICK_MICROS;
    return Duration.ofNanos(1000L * (50 + chance.nextInt(most)) + chance.nextInt(1000));
  }
}
