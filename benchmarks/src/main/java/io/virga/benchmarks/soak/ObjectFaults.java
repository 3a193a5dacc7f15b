package io.virga.benchmarks.soak;

import io.virga.benchmarks.cloud.Cloud;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** What can happen to the nodes of an object store, one thing after the other. */
public final class ObjectFaults {

  private static final Duration PAUSE = Duration.ofSeconds(3);
  private static final int LEAST_WEIGHT = 60;
  private static final int WEIGHTS = 80;
  private static final Duration ABSENCE = Duration.ofSeconds(5);

  private final Cloud cloud;
  private final List<String> nodes;
  private final Random random;
  private int count;

  /**
   * @param nodes how many there are
   * @param seed of which node it hits
   */
  public ObjectFaults(Cloud cloud, int nodes, long seed) {
    this.cloud = cloud;
    this.nodes =
        IntStream.rangeClosed(1, nodes)
            .mapToObj(node -> node == 1 ? "objectstore" : "objectstore-" + node)
            .toList();
    this.random = new Random(seed);
  }

  /** How many there have been. */
  public int count() {
    return count;
  }

  /** Brings about the next one, and returns what it was once all nodes are healthy again. */
  public String next() {
    String node = nodes.get(random.nextInt(nodes.size()));
    return switch (count++ % 5) {
      case 0 -> killed(node);
      case 1 -> stopped(node);
      case 2 -> away(node);
      case 3 -> weighted(random.nextInt(nodes.size()));
      default -> allKilled();
    };
  }

  private String killed(String node) {
    cloud.killAndAwaitHealthy(node);
    return node + " was killed";
  }

  private String stopped(String node) {
    cloud.signal(node, "STOP");
    LockSupport.parkNanos(PAUSE.toNanos());
    cloud.signal(node, "CONT");
    return "%s stood still for %d s".formatted(node, PAUSE.toSeconds());
  }

  private String away(String node) {
    cloud.killForGood(node);
    LockSupport.parkNanos(ABSENCE.toNanos());
    cloud.virga("start", node).orFail();
    return "%s was killed and away for %d s".formatted(node, ABSENCE.toSeconds());
  }

  /** The device of a node gets another share, for which data moves. */
  private String weighted(int device) {
    int weight = LEAST_WEIGHT + random.nextInt(WEIGHTS);
    for (String ring : List.of("account", "container", "object")) {
      cloud.ring("set-weight", ring, "" + device, "" + weight);
      cloud.ring("rebalance", ring);
    }
    return "the rings were changed: %s weighs %d".formatted(nodes.get(device), weight);
  }

  private String allKilled() {
    cloud.killAndAwaitHealthy(nodes.toArray(String[]::new));
    return "all nodes were killed at once";
  }
}
