package io.virga.benchmarks.objectsoak;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.objectsoak.ObjectClient.Counters;
import io.virga.benchmarks.objectsoak.ObjectDoors.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Many clients that write, read, delete and list through all nodes at once. Every answer is held to
 * what was acknowledged before; {@link #audit} does so for all objects once the load has ended.
 */
public final class ObjectTraffic implements AutoCloseable {

  private static final int CONTAINERS = 4;
  private static final int MOST_REASONS = 10;

  private final Cloud cloud;
  private final ObjectDoors doors;
  private final Findings findings = new Findings();
  private final Counters counters = new Counters();
  private final List<ObjectClient> clients = new ArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * Starts the clients.
   *
   * @param count how many
   * @param pause what each waits after a request
   * @param seed of what they choose
   */
  public ObjectTraffic(Cloud cloud, ObjectDoors doors, int count, Duration pause, long seed) {
    this.cloud = cloud;
    this.doors = doors;
    for (int i = 0; i < CONTAINERS; i++) {
      Reply made = doors.send(0, "PUT", container(i), "", Optional.empty());
      if (!(made instanceof Reply.Answered(int status, byte[] ignored)) || status / 100 != 2) {
        throw new IllegalStateException("cannot make the container " + container(i) + ": " + made);
      }
    }
    Random seeds = new Random(seed);
    for (int i = 0; i < count; i++) {
      clients.add(
          new ObjectClient(
              i, doors, new ObjectClient.Shared(findings, counters, pause), seeds.nextLong()));
    }
    clients.forEach(threads::execute);
  }

  static String container(int client) {
    return "traffic-" + client % CONTAINERS;
  }

  /** How many writes and deletions have been acknowledged. */
  public int acknowledgedCount() {
    return counters.acknowledged.get();
  }

  /** How many requests no node has answered, or one with an error of its own. */
  public int refusedCount() {
    return counters.refused.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Why, and how often, the most frequent reasons first. */
  public List<String> refusals() {
    return counters.refused.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(MOST_REASONS)
        .map(reason -> "%d times: %s".formatted(reason.getValue(), reason.getKey()))
        .toList();
  }

  /** How many reads and listings were answered. */
  public int readCount() {
    return counters.read.get();
  }

  /** How long the slowest request took, whatever came of it. */
  public Duration slowest() {
    return Duration.ofNanos(counters.slowestNanos.get());
  }

  public Findings findings() {
    return findings;
  }

  /** Stops the clients and looks at every object once more, through all that can show it. */
  public Findings audit() {
    close();
    new ObjectAudit(cloud, doors, findings).check(clients);
    return findings;
  }

  @Override
  public void close() {
    counters.stopped = true;
    threads.shutdown();
    try {
      if (!threads.awaitTermination(
          2 * ObjectDoors.REQUEST_LIMIT.toSeconds() * doors.count(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("a client did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
