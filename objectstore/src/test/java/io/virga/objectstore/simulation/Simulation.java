package io.virga.objectstore.simulation;

import io.virga.dataplane.ring.PathHasher;
import io.virga.objectstore.cluster.Slots;
import io.virga.objectstore.index.PartitionRows;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.PartitionId;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.replicator.PassReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** One run: a cluster, clients, faults, and what is true at the end. */
final class Simulation {

  private static final int PASS_SECONDS = 10;
  private static final int OPERATIONS = 30;
  private static final int MOST_PASSES = 60;
  private static final Duration MOST_TIME = Duration.ofMinutes(20);

  /** What clients and faults work on. */
  record Stage(VirtualTime time, History history, List<SimulatedNode> nodes) {}

  /**
   * What came of a run.
   *
   * @param trace of everything that was read, for comparing runs
   */
  record Outcome(List<String> violations, int acknowledged, List<String> faults, String trace) {}

  private final Random random;
  private final VirtualTime time = new VirtualTime();
  private final History history;
  private final List<SimulatedNode> nodes = new ArrayList<>();
  private final List<SimulatedNode.Life> lives = new ArrayList<>();
  private final List<Client> clients = new ArrayList<>();
  private final List<String> names;
  private final SimulatedNetwork network;
  private final SimulatedRings rings;
  private final Faults faults;
  private final int replicas;

  Simulation(long seed, Path home) throws IOException {
    this.random = new Random(seed);
    this.network = new SimulatedNetwork(time, seed);
    this.replicas = List.of(3, 3, 3, 2, 1).get(random.nextInt(5));
    this.history = new History(replicas > 1);
    int count = 3 + random.nextInt(4);
    int weighted = Math.max(replicas, count - random.nextInt(2));
    this.rings = new SimulatedRings(home.resolve("rings"), count, replicas, weighted);
    this.names = IntStream.range(0, 1 + random.nextInt(5)).mapToObj(name -> "o" + name).toList();
    SimulatedNode.World world =
        new SimulatedNode.World(time, network, new PathHasher(new byte[16]), home, seed);
    for (int number = 0; number < count; number++) {
      SimulatedNode node = new SimulatedNode(world, number);
      nodes.add(node);
      network.add(node);
      start(node);
    }
    Stage stage = new Stage(time, history, nodes);
    this.faults = new Faults(stage, this, random.nextLong(), replicas);
    int many = 2 + random.nextInt(4);
    for (int client = 0; client < many; client++) {
      clients.add(new Client(stage, names, random.nextLong(), OPERATIONS));
    }
  }

  SimulatedNetwork network() {
    return network;
  }

  SimulatedRings rings() {
    return rings;
  }

  void start(SimulatedNode node) {
    node.start();
    lives.add(node.lastLife());
  }

  /** Runs it all. */
  Outcome run() {
    replicate();
    nodes.getFirst().lastLife().store().putContainer(Client.CONTAINER, b -> b, false).subscribe();
    time.pass(Duration.ofSeconds(1));
    nodes.forEach(this::upkeep);
    faults.begin();
    clients.forEach(Client::begin);
    long until = time.nowNanos() + MOST_TIME.toNanos();
    time.await(() -> clients.stream().allMatch(Client::isDone) || time.nowNanos() > until);
    faults.end();
    time.pass(Duration.ofMinutes(3));
    replicate();
    nodes.forEach(
        node -> node.lastLife().work(() -> node.lastLife().tellContainers(Duration.ZERO)));
    nodes.forEach(node -> node.lastLife().work(node.lastLife()::audit));
    replicate();
    judge();
    return new Outcome(
        history.violations(),
        history.acknowledgedCount(),
        faults.told(),
        "%d %s".formatted(time.nowNanos(), names.stream().map(history::told).toList()));
  }

  /** What a node does all the time beside answering. */
  private void upkeep(SimulatedNode node) {
    Duration pause = Duration.ofMillis(1000L * PASS_SECONDS + random.nextInt(5000));
    time.after(
        pause,
        () -> {
          node.life()
              .ifPresent(
                  life ->
                      life.work(
                          () -> {
                            life.replicate();
                            life.tellContainers(Duration.ofSeconds(60));
                            life.audit();
                            countCopies();
                          }));
          upkeep(node);
        });
  }

  /** Passes of all nodes until nothing differs any more. */
  private void replicate() {
    List<PassReport> reports = new ArrayList<>();
    for (int pass = 0; pass < MOST_PASSES; pass++) {
      reports.clear();
      time.await(() -> nodes.stream().noneMatch(node -> node.lastLife().isBusy()));
      for (SimulatedNode node : nodes) {
        node.lastLife().work(() -> reports.add(node.lastLife().replicate()));
      }
      if (reports.size() == nodes.size() && reports.stream().allMatch(PassReport::isAllTheSame)) {
        return;
      }
      time.pass(Duration.ofSeconds(2));
    }
    history.violate("the replicas have not become the same: " + reports);
  }

  /** At no time are there fewer good copies of what was acknowledged than a write has made. */
  void countCopies() {
    if (faults.mayTakeCopies()) {
      return;
    }
    for (String name : names) {
      history
          .certain(name)
          .ifPresent(
              change -> {
                Timestamp newest = change.time.orElseThrow();
                long copies =
                    nodes.stream()
                        .filter(node -> has(node, Client.CONTAINER.object(name), newest))
                        .count();
                if (copies < replicas / 2 + 1) {
                  history.violate("only %d copies are left of %s".formatted(copies, change));
                }
              });
    }
  }

  private static boolean has(SimulatedNode node, ObjectPath path, Timestamp newest) {
    return node.lastLife()
        .device()
        .index()
        .object(0, path)
        .filter(row -> !newest.isAfter(row.timestamp()) && !row.isLost())
        .isPresent();
  }

  private void judge() {
    for (SimulatedNode node : nodes) {
      Client reader = new Client(new Stage(time, history, nodes), names, 1, 1);
      int[] open = {names.size() + 1};
      String what = "the last look at node " + node.number();
      for (String name : names) {
        reader.read(what, node.lastLife().store(), name, () -> open[0]--);
      }
      reader.list(what, node.lastLife().store(), () -> open[0]--);
      time.await(() -> open[0] == 0);
      if (node.lastLife().lost() > 0) {
        history.violate(what + ": damaged objects have no good copy");
      }
    }
    judgeReplicas();
  }

  /** What lists a name and what is there agree, and so do all replicas. */
  private void judgeReplicas() {
    SimulatedNode.Life any = nodes.getFirst().lastLife();
    for (String name : names) {
      ObjectPath path = Client.CONTAINER.object(name);
      Slots objects = any.topology().object(0, path);
      Slots containers = any.topology().container(Client.CONTAINER);
      List<String> rows = new ArrayList<>();
      List<String> listings = new ArrayList<>();
      for (SimulatedNode node : nodes) {
        var index = node.lastLife().device().index();
        if (isAt(objects, node)) {
          rows.add(index.object(0, path).filter(r -> !r.deleted()).map(r -> r.etag()).orElse("-"));
        }
        if (isAt(containers, node)) {
          listings.add(
              index.listing(path).filter(r -> !r.deleted()).map(r -> r.etag()).orElse("-"));
        }
      }
      rows.addAll(listings);
      if (new TreeSet<>(rows).size() != 1) {
        history.violate("%s is not the same everywhere: %s".formatted(name, rows));
      }
    }
    compare(any);
  }

  private boolean isAt(Slots slots, SimulatedNode node) {
    return slots.slots().stream()
        .anyMatch(
            slot ->
                slot.replica() == node.lastLife().near()
                    || slot.replica().name().startsWith(node.address() + "/"));
  }

  private void compare(SimulatedNode.Life any) {
    any.topology()
        .rings()
        .forEach(
            ring -> {
              for (int number = 0; number < ring.ring().partitions(); number++) {
                PartitionId partition = ring.partition(number);
                TreeSet<String> digests = new TreeSet<>();
                for (SimulatedNode node : nodes) {
                  PartitionRows rows = node.lastLife().device().index().partitionRows();
                  if (isAt(any.topology().slots(ring, number), node)) {
                    digests.add(Objects.toString(rows.summary(partition, ring.ring().partPower())));
                  }
                }
                if (digests.size() != 1) {
                  history.violate(partition + " is not the same everywhere: " + digests);
                }
              }
            });
  }

  /** Closes all devices there have been. */
  void close() {
    lives.forEach(SimulatedNode.Life::close);
  }
}
