package io.virga.benchmarks.soak;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.cloud.Patience;
import io.virga.benchmarks.objects.Findings;
import io.virga.benchmarks.objects.ObjectDoors;
import io.virga.benchmarks.objects.ObjectTraffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Breaks the nodes of an object store under load: what was acknowledged is then read back through
 * Swift, S3 and the listings.
 */
public final class ObjectSoak implements Soak {

  /** As many as the cloud of this soak has. */
  public static final int NODES = 4;

  private static final int BASE_PORT = 19800;
  private static final int CLIENTS = 24;

  /** With this all clients write about 2 MB/s: ten minutes need 4 GB of disk for three replicas. */
  private static final Duration PAUSE = Duration.ofMillis(200);

  private static final Duration TOKEN_RENEWAL = Duration.ofHours(1);
  private static final Duration PROGRESS_LIMIT = Duration.ofMinutes(2);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(250);
  private static final int WRITES_BETWEEN_FAULTS = 300;

  @Override
  public String name() {
    return "object";
  }

  @Override
  public String summary() {
    return "kills and stops the %d nodes of an object store, and changes its rings, under load"
        .formatted(NODES);
  }

  @Override
  public Outcome run(Conditions conditions, Consumer<String> progress) {
    Path home = conditions.directory().resolve("home");
    try (Cloud cloud = new Cloud(conditions.root(), home)) {
      cloud.up(BASE_PORT, "--object-nodes", "" + NODES, "--without", "network,compute");
      return run(cloud, conditions.duration(), conditions.seed(), progress);
    }
  }

  /** Runs on a cloud of {@link #NODES} nodes that is up. */
  public Outcome run(Cloud cloud, Duration duration, long seed, Consumer<String> progress) {
    ObjectDoors doors = ObjectDoors.of(cloud, NODES);
    ObjectFaults faults = new ObjectFaults(cloud, NODES, seed);
    long begun = System.nanoTime();
    long renewed = begun;
    try (ObjectTraffic traffic = new ObjectTraffic(cloud, doors, CLIENTS, PAUSE, seed)) {
      do {
        awaitProgress(traffic);
        long before = System.nanoTime();
        String fault = faults.next();
        progress.accept(line(fault, System.nanoTime() - before, traffic));
        if (System.nanoTime() - renewed > TOKEN_RENEWAL.toNanos()) {
          doors.renewToken();
          renewed = System.nanoTime();
        }
      } while (System.nanoTime() - begun < duration.toNanos());
      awaitProgress(traffic);
      Findings findings = traffic.audit();
      traffic.refusals().forEach(reason -> progress.accept("refused " + reason));
      findings.described().forEach(progress);
      Damage damage =
          new Damage(
              findings.count(Findings.Damage.LOST),
              findings.count(Findings.Damage.WRONG),
              findings.count(Findings.Damage.GHOST));
      return new Outcome(
          faults.count(), traffic.acknowledgedCount(), traffic.refusedCount(), damage);
    }
  }

  private static String line(String fault, long nanos, ObjectTraffic traffic) {
    return "%s, after %.1f s; %d acknowledged, %d read, %d refused, slowest %.1f s"
        .formatted(
            fault,
            nanos / 1e9,
            traffic.acknowledgedCount(),
            traffic.readCount(),
            traffic.refusedCount(),
            traffic.slowest().toMillis() / 1e3);
  }

  private static void awaitProgress(ObjectTraffic traffic) {
    int wanted = traffic.acknowledgedCount() + WRITES_BETWEEN_FAULTS;
    Patience.await(
        wanted + " acknowledged writes",
        PROGRESS_LIMIT,
        LOOK_INTERVAL,
        () -> Optional.of(traffic.acknowledgedCount()).filter(count -> count >= wanted));
  }
}
