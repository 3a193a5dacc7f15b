package io.virga.benchmarks.scenario;

import io.virga.benchmarks.blockbench.BlockCell;
import io.virga.benchmarks.blockbench.BlockCell.Access;
import io.virga.benchmarks.blockbench.BlockEffort;
import io.virga.benchmarks.blockbench.BlockGoals;
import io.virga.benchmarks.blockbench.BlockMatrix;
import io.virga.benchmarks.blockbench.BlockMeasurement;
import io.virga.benchmarks.blockbench.BlockResults;
import io.virga.benchmarks.blockbench.SharedBlocks;
import io.virga.benchmarks.blockbench.SystemCalls;
import io.virga.benchmarks.cloud.ScratchDirectory;
import io.virga.benchmarks.host.Cores;
import io.virga.benchmarks.report.Figure;
import io.virga.benchmarks.report.Findings;
import io.virga.benchmarks.volume.BlockServer;
import io.virga.benchmarks.volume.BlockServerKind;
import io.virga.benchmarks.volume.NbdKit;
import io.virga.benchmarks.volume.NbdServer;
import io.virga.benchmarks.volume.OurVolumes;
import io.virga.benchmarks.volume.QemuNbd;
import io.virga.benchmarks.volume.Tgt;
import io.virga.benchmarks.volume.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Blocks in and out, on one core of ours and of its rivals, with their clients on the other. */
public final class BlockScenario implements Scenario {

  private static final int STRACED_DEPTH = 16;
  private static final double SYSTEM_CALLS_GOAL = 1;

  @Override
  public String name() {
    return "block";
  }

  @Override
  public String summary() {
    return "4 KiB and 1 MiB I/O on one server core, beside nbdkit, qemu-nbd, nbd-server and tgt";
  }

  @Override
  public Findings run(Setting setting) {
    Cores.pinLoad();
    return new Run(setting).run();
  }

  /** One run of the scenario. */
  private static final class Run {

    private final Setting setting;
    private final BlockEffort effort;
    private final OurVolumes ours;
    private final BlockResults results;
    private final BlockMatrix matrix;
    private final List<Figure> figures = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    Run(Setting setting) {
      this.setting = setting;
      this.effort = setting.quick() ? BlockEffort.quick() : BlockEffort.full();
      this.ours = new OurVolumes(setting.root());
      this.results = new BlockResults(ours.name());
      this.matrix = new BlockMatrix(setting.directory(), effort, this::measured);
    }

    Findings run() {
      List<BlockServerKind> rivals =
          List.of(NbdKit.memory(), NbdKit.file(), new QemuNbd(), new NbdServer(), new Tgt());
      measureOurs();
      rivals.forEach(this::measureRival);
      BlockGoals goals =
          new BlockGoals(
              results,
              rivals.stream().map(BlockServerKind::name).toList(),
              rivals.stream()
                  .filter(BlockServerKind::fileBacked)
                  .map(BlockServerKind::name)
                  .toList());
      List<Figure> all = new ArrayList<>(results.figures());
      all.addAll(goals.figures());
      all.addAll(figures);
      notes.addAll(goals.notes());
      notes.add(results.others());
      return new Findings(all, notes, results.all());
    }

    private void measureOurs() {
      notes.add(flushed(ours));
      try (ScratchDirectory directory = ScratchDirectory.make(setting.directory(), "v")) {
        try (BlockServer server = ours.start(directory.path(), effort.sizeBytes())) {
          fields(ours, server);
          systemCalls(server);
        }
        SharedBlocks shared = new SharedBlocks(ours, directory.path(), effort, setting.progress());
        figures.addAll(shared.measure());
      }
    }

    private void systemCalls(BlockServer server) {
      if (!SystemCalls.areCounted()) {
        notes.add("not run: system calls of an operation (apt-get install strace)");
        return;
      }
      for (Access access : List.of(Access.RANDOM_READ, Access.RANDOM_WRITE)) {
        BlockCell cell = new BlockCell(access, STRACED_DEPTH, Way.UNIX);
        double calls = matrix.systemCalls(server, cell, setting.directory());
        figures.add(
            Figure.atMost(cell.label() + ": system calls of one", calls, "", SYSTEM_CALLS_GOAL));
      }
    }

    /** A rival that does not work is named in the table; it does not take the rest with it. */
    private void measureRival(BlockServerKind kind) {
      Optional<String> missing = kind.missing();
      if (missing.isPresent()) {
        notes.add("not run: %s (%s)".formatted(kind.name(), missing.get()));
        return;
      }
      try (ScratchDirectory directory = ScratchDirectory.make(setting.directory(), "r");
          BlockServer server = kind.start(directory.path(), effort.sizeBytes())) {
        fields(kind, server);
        notes.add(flushed(kind));
      } catch (IllegalStateException e) {
        notes.add("not run: %s (%s)".formatted(kind.name(), e.getMessage()));
      }
    }

    private void fields(BlockServerKind kind, BlockServer server) {
      for (Way way : Way.values()) {
        if (!kind.ways().contains(way)) {
          continue;
        }
        Optional<String> missing = BlockMatrix.missing(way);
        if (missing.isPresent()) {
          notes.add("not run: %s over %s (%s)".formatted(kind.name(), way.label(), missing.get()));
          continue;
        }
        matrix.fill(server, way);
        if (kind == ours && way != Way.TCP) {
          matrix.warmUp(server, way);
        }
        for (BlockCell cell : BlockMatrix.cells(way, way == Way.UNIX || effort.allWays())) {
          matrix.measure(kind.name(), server, cell);
        }
      }
    }

    private void measured(BlockMeasurement measurement) {
      results.add(measurement);
      setting.progress().accept(measurement.line());
    }

    private static String flushed(BlockServerKind kind) {
      return "%s keeps blocks in: %s".formatted(kind.name(), kind.durability());
    }
  }
}
