package io.virga.benchmarks.soak;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.cloud.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** What can happen to the nodes of an object store, one thing after the other. */
public final class ObjectFaults {

  private static final Duration RECOVERY_LIMIT = Duration.ofMinutes(5);
  private static final Duration PAUSE = Duration.ofSeconds(3);
  private static final int FULL_WEIGHT = 100;
  private static final int LEAST_WEIGHT = 60;
  private static final int WEIGHTS = 80;
  private static final Duration ABSENCE = Duration.ofSeconds(5);

  /** What the status says of a device whose disk cannot be trusted. */
  private static final String STOPPED = "stopped: ";

  private final Cloud cloud;
  private final Shell operator = new Shell(Map.of(), Path.of("/"));
  private final List<String> nodes;
  private final Random random;
  private final ObjectDisks disks;
  private final List<Fault> faults;
  private int count;
  private Optional<Integer> drained = Optional.empty();

  private interface Fault {
    String befall(String node);
  }

  /**
   * @param nodes how many there are
   * @param seed of which node it hits
   * @param limited the node whose file system is its own, if the network is this process's too
   */
  ObjectFaults(Cloud cloud, int nodes, long seed, Optional<String> limited) {
    this.cloud = cloud;
    this.nodes =
        IntStream.rangeClosed(1, nodes)
            .mapToObj(node -> node == 1 ? "objectstore" : "objectstore-" + node)
            .toList();
    this.random = new Random(seed);
    this.disks = new ObjectDisks(cloud.home().resolve("data"), random);
    List<Fault> all =
        new ArrayList<>(
            List.of(
                this::killed,
                this::stopped,
                this::away,
                this::weighted,
                this::allKilled,
                this::rotten,
                this::torn,
                this::drained));
    if (limited.isPresent()) {
      all.add(this::cutOff);
      all.add(node -> full(limited.get()));
      if (tracesCalls()) {
        all.add(this::unsynced);
      }
    }
    this.faults = List.copyOf(all);
  }

  /** Whether the program is here that has system calls fail. */
  static boolean tracesCalls() {
    return Files.isExecutable(Path.of("/usr/bin/strace"));
  }

  /** How many there have been. */
  public int count() {
    return count;
  }

  /** Brings about the next one, and returns what it was once all nodes are healthy again. */
  public String next() {
    String node = nodes.get(random.nextInt(nodes.size()));
    return faults.get(count++ % faults.size()).befall(node);
  }

  private String killed(String node) {
    cloud.killAndAwaitHealthy(RECOVERY_LIMIT, node);
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
  private String weighted(String node) {
    int weight = LEAST_WEIGHT + random.nextInt(WEIGHTS);
    weigh(nodes.indexOf(node), weight);
    if (drained.filter(device -> device == nodes.indexOf(node)).isPresent()) {
      drained = Optional.empty();
    }
    return "the rings were changed: %s weighs %d".formatted(node, weight);
  }

  private void weigh(int device, int weight) {
    for (String ring : List.of("account", "container", "object")) {
      cloud.ring("set-weight", ring, "" + device, "" + weight);
      cloud.ring("rebalance", ring);
    }
  }

  /** A device goes from the rings by and by; the time after it comes again, as a new one would. */
  private String drained(String node) {
    if (drained.isPresent()) {
      int device = drained.get();
      drained = Optional.empty();
      weigh(device, FULL_WEIGHT);
      return "%s was added to the rings".formatted(nodes.get(device));
    }
    drained = Optional.of(nodes.indexOf(node));
    weigh(nodes.indexOf(node), 0);
    return "%s is drained from the rings".formatted(node);
  }

  /** Always the same one: a replica is what the others are to make good. */
  private String rotten(String ignored) {
    int flips = disks.rot(nodes.getLast());
    return "%d bits rotted at %s".formatted(flips, nodes.getLast());
  }

  private String torn(String node) {
    cloud.killForGood(node);
    boolean torn = disks.tear(node);
    cloud.virga("start", node).orFail();
    return "%s was killed%s".formatted(node, torn ? " in a write, which was torn" : "");
  }

  private String full(String node) {
    disks.fill(node);
    LockSupport.parkNanos(ABSENCE.toNanos());
    disks.empty(node);
    return "the disk of %s was full for %d s".formatted(node, ABSENCE.toSeconds());
  }

  /** Nothing gets to a node any more, though what it sends itself arrives. */
  private String cutOff(String node) {
    String address = "127.0.0.%d/32".formatted(nodes.indexOf(node) + 1);
    if (node.equals(nodes.getFirst())) {
      return "the node of the catalog is not cut off";
    }
    operator.run("ip", "route", "add", "blackhole", address, "table", "local");
    LockSupport.parkNanos(ABSENCE.toNanos());
    operator.run("ip", "route", "del", "blackhole", address, "table", "local");
    return "nothing got to %s for %d s".formatted(node, ABSENCE.toSeconds());
  }

  /**
   * Nothing that a node writes becomes durable for a while, as the kernel says: its device has to
   * stop and say so, and is whole again when the node has been started anew.
   */
  private String unsynced(String node) {
    Shell.Result traced =
        operator.attempt(
            "timeout",
            "--signal=INT",
            "" + ABSENCE.toSeconds(),
            "strace",
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            "trace=fdatasync",
            "-e",
            "inject=fdatasync:error=EIO",
            "-p",
            cloud.pid(node));
    String status = cloud.virga("status").out();
    if (!status.contains(STOPPED)) {
      throw new IllegalStateException(
          "no device has stopped though syncs failed (%s):%n%s".formatted(traced.err(), status));
    }
    cloud.killAndAwaitHealthy(RECOVERY_LIMIT, node);
    return "syncs of %s failed for %d s".formatted(node, ABSENCE.toSeconds());
  }

  private String allKilled(String ignored) {
    cloud.killAndAwaitHealthy(RECOVERY_LIMIT, nodes.toArray(String[]::new));
    return "all nodes were killed at once";
  }
}
