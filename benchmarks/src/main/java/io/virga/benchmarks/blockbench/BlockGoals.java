package io.virga.benchmarks.blockbench;

import io.virga.benchmarks.blockbench.BlockCell.Access;
import io.virga.benchmarks.report.Figure;
import io.virga.benchmarks.volume.Way;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** What ours has to reach beside its rivals in the same run. */
public final class BlockGoals {

  private static final String IN_MEMORY = "nbdkit memory";
  private static final int DEEP = 32;
  private static final double RANDOM_READ_RATIO = 1;
  private static final double PROCESSOR_TIME_RATIO = 0.5;
  private static final double RANDOM_WRITE_RATIO = 1.5;
  private static final double SHALLOW_RATIO = 1;
  private static final double FLUSHED_WRITE_RATIO = 1.3;
  private static final double SEQUENTIAL_RATIO = 0.9;
  private static final double ISCSI_RATIO = 2;
  private static final double SHARED_RATIO = 0.9;

  /** A client with less of its core left has been the bottleneck itself. */
  private static final double BOTTLENECK_IDLE_PERCENT = 5;

  private final BlockResults results;
  private final List<String> fileBacked;
  private final List<Figure> figures = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * @param all the rivals
   * @param fileBacked those that keep blocks in files
   */
  public BlockGoals(BlockResults results, List<String> all, List<String> fileBacked) {
    this.results = results;
    this.fileBacked = List.copyOf(fileBacked);
    for (Way way : Way.NBD) {
      BlockCell read = new BlockCell(Access.RANDOM_READ, DEEP, way);
      ratio(read, List.of(IN_MEMORY), RANDOM_READ_RATIO);
      processorTime(read);
      ratio(new BlockCell(Access.RANDOM_WRITE, DEEP, way), fileBacked, RANDOM_WRITE_RATIO);
      ratio(new BlockCell(Access.RANDOM_READ, 1, way), all, SHALLOW_RATIO);
      ratio(new BlockCell(Access.RANDOM_WRITE, 1, way), all, SHALLOW_RATIO);
      ratio(new BlockCell(Access.FLUSHED_WRITE, 1, way), fileBacked, FLUSHED_WRITE_RATIO);
      ratio(new BlockCell(Access.SEQUENTIAL_READ, 4, way), all, SEQUENTIAL_RATIO);
      ratio(new BlockCell(Access.SEQUENTIAL_WRITE, 4, way), all, SEQUENTIAL_RATIO);
    }
    for (Access access : List.of(Access.RANDOM_READ, Access.RANDOM_WRITE)) {
      BlockCell cell = new BlockCell(access, DEEP, Way.ISCSI);
      ratio(cell, all, ISCSI_RATIO);
      processorTime(cell);
    }
  }

  public List<Figure> figures() {
    return List.copyOf(figures);
  }

  /** What nothing can be said of, and why. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  private void ratio(BlockCell cell, List<String> rivals, double goal) {
    Optional<BlockMeasurement> own = results.of(results.ours(), cell);
    Optional<BlockMeasurement> best = best(cell, rivals, BlockGoals::perSecond);
    if (own.isEmpty() || best.isEmpty()) {
      notes.add("not judged, not measured: %s ≥ %s × the best".formatted(cell.label(), goal));
      return;
    }
    double ratio = perSecond(own.get()) / perSecond(best.get());
    String what = "%s / %s".formatted(cell.label(), best.get().volume());
    double idle = own.get().result().idlePercent();
    if (ratio < goal && idle < BOTTLENECK_IDLE_PERCENT) {
      figures.add(Figure.plain(what, ratio, "×"));
      notes.add(
          ("not judged by the rate: %s ≥ %s: the client's core was idle for %.1f %% of the time with ours,"
                  + " %.1f %% with the other; the server's processor time decides")
              .formatted(what, goal, idle, best.get().result().idlePercent()));
    } else {
      figures.add(Figure.atLeast(what, ratio, "×", goal));
    }
  }

  private void processorTime(BlockCell cell) {
    Optional<BlockMeasurement> own = results.of(results.ours(), cell);
    Optional<BlockMeasurement> best =
        best(cell, fileBacked, rival -> -rival.serverMicrosPerOperation());
    if (own.isPresent() && best.isPresent()) {
      figures.add(
          Figure.atMost(
              "%s / %s: processor time of one".formatted(cell.label(), best.get().volume()),
              own.get().serverMicrosPerOperation() / best.get().serverMicrosPerOperation(),
              "×",
              PROCESSOR_TIME_RATIO));
    }
  }

  private Optional<BlockMeasurement> best(
      BlockCell cell, List<String> rivals, ToDoubleFunction<BlockMeasurement> by) {
    return rivals.stream()
        .flatMap(rival -> results.of(rival, cell).stream())
        .max(Comparator.comparingDouble(by));
  }

  private static double perSecond(BlockMeasurement measurement) {
    return measurement.result().perSecond();
  }

  /** A volume that shares its blocks with others, beside one that does not. */
  public static Figure shared(BlockMeasurement plain, BlockMeasurement shared) {
    return Figure.atLeast(
        "%s, %s / plain".formatted(shared.what(), shared.volume()),
        perSecond(shared) / perSecond(plain),
        "×",
        SHARED_RATIO);
  }
}
