package io.virga.benchmarks.blockbench;

import io.virga.benchmarks.blockbench.BlockCell.Access;
import io.virga.benchmarks.report.Figure;
import io.virga.benchmarks.volume.BlockServer;
import io.virga.benchmarks.volume.OurVolumes;
import io.virga.benchmarks.volume.SharedVolumes;
import io.virga.benchmarks.volume.Way;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What snapshots and clones cost those who use the volumes: to be nothing. */
public final class SharedBlocks {

  private static final int CHAIN = 20;
  private static final int WRITES_EACH = 512;
  private static final int DEPTH = 32;
  private static final String FRESH = "fresh";
  private static final String CHAINED = "chained";

  private final OurVolumes ours;
  private final Path directory;
  private final BlockEffort effort;
  private final Consumer<String> progress;
  private final List<BlockMeasurement> measured = new ArrayList<>();

  /**
   * @param directory where the volumes are; the server does not run
   */
  public SharedBlocks(
      OurVolumes ours, Path directory, BlockEffort effort, Consumer<String> progress) {
    this.ours = ours;
    this.directory = directory;
    this.effort = effort;
    this.progress = progress;
  }

  /** Reads and writes a plain volume, one after a fresh snapshot, and one at the end of a chain. */
  public List<Figure> measure() {
    BlockMatrix matrix = new BlockMatrix(directory, effort, this::measured);
    List<String> made = List.of(OurVolumes.PLAIN, FRESH, CHAINED);
    try (OurVolumes.Running server =
        ours.start(directory, effort.sizeBytes(), FRESH, made, List.of())) {
      matrix.fill(server, Way.UNIX);
      matrix.fill(server.to(CHAINED), Way.UNIX);
    }
    List<String> chain;
    try (SharedVolumes shared = SharedVolumes.in(OurVolumes.device(directory))) {
      shared.snapshot("taken", FRESH);
      chain = shared.chain(CHAINED, CHAIN, WRITES_EACH);
    }
    List<String> snapshots = new ArrayList<>(chain.subList(0, CHAIN));
    snapshots.add("taken");
    String end = chain.getLast();
    List<String> volumes = List.of(OurVolumes.PLAIN, FRESH, end);
    try (OurVolumes.Running server =
        ours.start(directory, effort.sizeBytes(), OurVolumes.PLAIN, volumes, snapshots)) {
      matrix.warmUp(server, Way.UNIX);
      List<Figure> figures = new ArrayList<>();
      for (Access access : List.of(Access.RANDOM_READ, Access.RANDOM_WRITE)) {
        figures.addAll(compare(matrix, server, access, end));
      }
      return figures;
    }
  }

  private List<Figure> compare(
      BlockMatrix matrix, OurVolumes.Running server, Access access, String chained) {
    BlockCell cell = new BlockCell(access, DEPTH, Way.UNIX);
    measured.clear();
    measure(matrix, "plain", server, cell);
    measure(matrix, "after a fresh snapshot", server.to(FRESH), cell);
    measure(matrix, "end of a chain of " + CHAIN, server.to(chained), cell);
    return List.of(
        BlockGoals.shared(measured.get(0), measured.get(1)),
        BlockGoals.shared(measured.get(0), measured.get(2)));
  }

  private static void measure(
      BlockMatrix matrix, String volume, BlockServer server, BlockCell cell) {
    matrix.touch(server, cell.way());
    matrix.measure(volume, server, cell);
  }

  private void measured(BlockMeasurement measurement) {
    measured.add(measurement);
    progress.accept(measurement.line());
  }
}
