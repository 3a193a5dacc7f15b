package io.virga.benchmarks.soak;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.cloud.Patience;
import io.virga.benchmarks.objectsoak.Findings;
import io.virga.benchmarks.objectsoak.ObjectDoors;
import io.virga.benchmarks.objectsoak.ObjectTraffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
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

  /** The node with a disk of its own. */
  private static final String LIMITED = "objectstore-2";

  private static final String LIMIT = "4g";

  /** With this all clients write about 2 MB/s: ten minutes need 4 GB of disk for three replicas. */
  private static final Duration PAUSE = Duration.ofMillis(200);

  private static final Duration TOKEN_RENEWAL = Duration.ofHours(1);
  private static final Duration PROGRESS_LIMIT = Duration.ofMinutes(5);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(250);
  private static final int WRITES_BETWEEN_FAULTS = 300;

  @Override
  public String name() {
    return "object";
  }

  @Override
  public String summary() {
    return "breaks the %d nodes of an object store, their disks, network and rings, under load"
        .formatted(NODES);
  }

  /** With a network and mounts of its own it also cuts nodes off and fills a disk. */
  @Override
  public Outcome run(Conditions conditions, Consumer<String> progress) {
    Path home = conditions.directory().resolve("home");
    boolean own = Isolation.isOwn();
    if (!own) {
      progress.accept("without a network of its own no node is cut off, and no disk is full");
      return run(new Cloud(conditions.root(), home), conditions, Optional.empty(), progress);
    }
    if (!ObjectFaults.tracesCalls()) {
      progress.accept("without strace no sync fails (apt-get install strace)");
    }
    ObjectDisks disks = new ObjectDisks(home.resolve("data"), new Random());
    disks.mount(LIMITED, LIMIT);
    try {
      return run(new Cloud(conditions.root(), home), conditions, Optional.of(LIMITED), progress);
    } finally {
      disks.unmount(LIMITED);
    }
  }

  private Outcome run(
      Cloud begun, Conditions conditions, Optional<String> limited, Consumer<String> progress) {
    try (Cloud cloud = begun) {
      cloud.up(BASE_PORT, "--object-nodes", "" + NODES, "--without", "network,compute");
      ObjectFaults faults = new ObjectFaults(cloud, NODES, conditions.seed(), limited);
      return run(cloud, faults, conditions, progress);
    }
  }

  /** Runs on a cloud of {@link #NODES} nodes that is up. */
  public Outcome run(Cloud cloud, Conditions conditions, Consumer<String> progress) {
    ObjectFaults faults = new ObjectFaults(cloud, NODES, conditions.seed(), Optional.empty());
    return run(cloud, faults, conditions, progress);
  }

  private static Outcome run(
      Cloud cloud, ObjectFaults faults, Conditions conditions, Consumer<String> progress) {
    ObjectDoors doors = ObjectDoors.of(cloud, NODES);
    long seed = conditions.seed();
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
      } while (System.nanoTime() - begun < conditions.duration().toNanos());
      awaitProgress(traffic);
      Findings findings = traffic.audit();
      traffic.refusals().forEach(reason -> progress.accept("refused " + reason));
      findings.described().forEach(progress);
      new ObjectProof(cloud).run(progress);
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
