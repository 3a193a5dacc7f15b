package io.virga.objectstore.simulation;

import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.Extent;
import io.virga.objectstore.record.ObjectRow;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What goes wrong, and is put right later. Bytes rot, or a disk is lost, on one node alone: a
 * replica is what the others are to make good.
 */
final class Faults {

  private static final int MOST = 12;
  private static final int SPAN_MILLIS = 90_000;
  private static final int MOST_ABSENCE_MILLIS = 30_000;
  private static final int MOST_SKEW_SECONDS = 600;
  private static final Duration HEARING = Duration.ofSeconds(5);

  private final VirtualTime time;
  private final List<SimulatedNode> nodes;
  private final Simulation simulation;
  private final Random random;
  private final int replicas;
  private final SimulatedNode frail;
  private final List<String> told = new ArrayList<>();
  private final boolean mayTakeCopies;
  private final List<Fault> kinds;
  private boolean ringChanged;
  private boolean diskLost;
  private boolean over;

  private interface Fault {
    void befall(SimulatedNode node) throws IOException;
  }

  Faults(Simulation.Stage stage, Simulation simulation, long seed, int replicas) {
    this.time = stage.time();
    this.nodes = stage.nodes();
    this.simulation = simulation;
    this.random = new Random(seed);
    this.replicas = replicas;
    this.frail = nodes.get(random.nextInt(nodes.size()));
    this.mayTakeCopies = replicas > 1 && random.nextBoolean();
    this.kinds =
        random.nextInt(3) > 0
            ? List.of(
                this::kill,
                this::losePower,
                this::losePowerInSync,
                this::failSyncs,
                this::fill,
                this::cutOff,
                this::cutOneWay,
                this::trouble,
                this::skew,
                this::changeRing,
                this::rot,
                this::loseDisk)
            : List.of(this::kill, this::cutOff, this::skew, this::changeRing, this::loseDisk);
  }

  /** Whether a copy may be gone for a while. */
  boolean mayTakeCopies() {
    return mayTakeCopies;
  }

  List<String> told() {
    return List.copyOf(told);
  }

  void begin() {
    if (random.nextInt(3) == 0) {
      nodes.forEach(this::skew);
    }
    int count = random.nextInt(MOST);
    for (int i = 0; i < count; i++) {
      time.after(Duration.ofMillis(random.nextInt(SPAN_MILLIS)), this::befall);
    }
  }

  private void befall() {
    if (over) {
      return;
    }
    SimulatedNode node = nodes.get(random.nextInt(nodes.size()));
    try {
      kinds.get(random.nextInt(kinds.size())).befall(node);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void note(String what) {
    told.add("%.3f: %s".formatted(time.nowNanos() / 1e9, what));
  }

  private void later(Runnable repair) {
    Duration absence = Duration.ofMillis(random.nextInt(MOST_ABSENCE_MILLIS));
    time.after(
        absence,
        () -> {
          if (!over) {
            repair.run();
          }
        });
  }

  private void kill(SimulatedNode node) {
    die(node, false);
  }

  private void losePower(SimulatedNode node) {
    die(node, true);
  }

  private void die(SimulatedNode node, boolean power) {
    if (node.life().isPresent()) {
      note("node %d %s".formatted(node.number(), power ? "loses power" : "is killed"));
      node.die(power, random);
      later(() -> revive(node));
    }
  }

  private void revive(SimulatedNode node) {
    if (node.life().isEmpty()) {
      note("node %d is back".formatted(node.number()));
      simulation.start(node);
    }
  }

  private void losePowerInSync(SimulatedNode node) {
    note("node %d will lose power in a sync".formatted(node.number()));
    node.disk().losePowerInSync();
    later(() -> revive(node));
  }

  /** Only what is begun anew makes the disk good again. */
  private void failSyncs(SimulatedNode node) {
    note("the disk of node %d fails".formatted(node.number()));
    node.disk().failSyncs();
    later(() -> restart(node));
  }

  private void restart(SimulatedNode node) {
    if (node.life().isPresent()) {
      node.die(true, random);
    }
    revive(node);
  }

  private void fill(SimulatedNode node) {
    note("the disk of node %d is full".formatted(node.number()));
    node.disk().setFull(true);
    later(() -> node.disk().setFull(false));
  }

  private void cutOff(SimulatedNode node) {
    note("node %d is cut off".formatted(node.number()));
    simulation.network().cutOff(node.number());
    later(simulation.network()::heal);
  }

  private void cutOneWay(SimulatedNode node) {
    int to = random.nextInt(nodes.size());
    note("nothing gets from node %d to %d".formatted(node.number(), to));
    simulation.network().cut(node.number(), to);
    later(simulation.network()::heal);
  }

  private void trouble(SimulatedNode node) {
    int lost = random.nextInt(200);
    int slow = random.nextInt(300);
    note("of 1000 messages %d are lost and %d late".formatted(lost, slow));
    simulation.network().trouble(lost, slow);
    later(simulation.network()::heal);
  }

  private void skew(SimulatedNode node) {
    Duration skew =
        Duration.ofMillis(1000L * random.nextInt(-MOST_SKEW_SECONDS, MOST_SKEW_SECONDS));
    note("the clock of node %d is %s off".formatted(node.number(), skew));
    node.setSkew(skew);
  }

  /** Once: what an operator does again waits until all is where it belongs. */
  private void changeRing(SimulatedNode node) throws IOException {
    if (ringChanged || nodes.size() <= replicas) {
      return;
    }
    ringChanged = true;
    double weight = simulation.rings().canSpare(node.number()) ? random.nextInt(3) * 100.0 : 200;
    note("node %d has the weight %s".formatted(node.number(), weight));
    simulation.rings().weigh(node.number(), weight);
    for (SimulatedNode each : nodes) {
      time.after(
          Duration.ofMillis(random.nextInt((int) HEARING.toMillis())),
          () -> each.life().ifPresent(SimulatedNode.Life::reloadRings));
    }
  }

  private void rot(SimulatedNode ignored) throws IOException {
    if (!mayTakeCopies || frail.life().isEmpty()) {
      return;
    }
    List<Extent> extents = new ArrayList<>();
    frail
        .lastLife()
        .device()
        .index()
        .forEachObject(
            (ObjectRow row) -> {
              if (row.content() instanceof Content.Extents(List<Extent> some)) {
                extents.addAll(some);
              }
            });
    if (extents.isEmpty()) {
      return;
    }
    Extent extent = extents.get(random.nextInt(extents.size()));
    Path file =
        frail
            .lastLife()
            .device()
            .directory()
            .resolve("data")
            .resolve("%020d.data".formatted(extent.segment()));
    note("a bit rots at node %d".formatted(frail.number()));
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      long at = extent.offset() + random.nextInt((int) extent.lengthBytes());
      bytes.seek(at);
      int was = bytes.read();
      bytes.seek(at);
      bytes.write(was ^ (1 << random.nextInt(8)));
    }
  }

  private void loseDisk(SimulatedNode ignored) {
    if (!mayTakeCopies || diskLost) {
      return;
    }
    diskLost = true;
    note("node %d loses its disk".formatted(frail.number()));
    if (frail.life().isPresent()) {
      frail.die(true, random);
    }
    frail.emptyDisk();
    later(() -> revive(frail));
  }

  /** All is put right. */
  void end() {
    over = true;
    note("all is put right");
    simulation.network().heal();
    for (SimulatedNode node : nodes) {
      node.disk().setFull(false);
      node.setSkew(Duration.ZERO);
      if (node.life().isEmpty() || node.disk().isFailing() || random.nextInt(4) == 0) {
        restart(node);
      }
      node.lastLife().reloadRings();
    }
  }
}
