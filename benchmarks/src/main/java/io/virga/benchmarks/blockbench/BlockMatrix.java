package io.virga.benchmarks.blockbench;

import io.virga.benchmarks.blockbench.BlockCell.Access;
import io.virga.benchmarks.host.Machine;
import io.virga.benchmarks.host.ProcessFigures;
import io.virga.benchmarks.volume.BlockServer;
import io.virga.benchmarks.volume.Way;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** All fields of the table for one server. */
public final class BlockMatrix {

  private static final List<Integer> DEPTHS = List.of(1, 16, 32, 64);
  private static final int SEQUENTIAL_DEPTH = 4;
  private static final int WARM_UP_DEPTH = 32;
  private static final long SETTLE_NANOS = 50_000_000;

  private final LoadClient fio;
  private final LoadClient initiators;
  private final BlockEffort effort;
  private final Consumer<BlockMeasurement> measured;

  /**
   * @param directory where clients may leave something
   * @param measured told of each field as soon as it is known
   */
  public BlockMatrix(Path directory, BlockEffort effort, Consumer<BlockMeasurement> measured) {
    this.fio = new Fio(directory, effort.sizeBytes());
    this.initiators = new Initiators(directory, effort.sizeBytes());
    this.effort = effort;
    this.measured = measured;
  }

  /** What is missing of the clients of a way, and how to get it. */
  public static Optional<String> missing(Way way) {
    return way == Way.ISCSI ? Initiators.missing() : Optional.empty();
  }

  private LoadClient client(Way way) {
    return way == Way.ISCSI ? initiators : fio;
  }

  /** The fields that are measured this way. */
  public static List<BlockCell> cells(Way way, boolean all) {
    List<BlockCell> cells = new ArrayList<>();
    cells.add(new BlockCell(Access.SEQUENTIAL_WRITE, SEQUENTIAL_DEPTH, way));
    cells.add(new BlockCell(Access.SEQUENTIAL_READ, SEQUENTIAL_DEPTH, way));
    for (Access access : List.of(Access.RANDOM_READ, Access.RANDOM_WRITE)) {
      for (int depth : DEPTHS) {
        if (all || depth == 1 || depth == WARM_UP_DEPTH) {
          cells.add(new BlockCell(access, depth, way));
        }
      }
    }
    cells.add(new BlockCell(Access.FLUSHED_WRITE, 1, way));
    return cells;
  }

  /** Fills the volume, so that it is all there and in the page cache. */
  public void fill(BlockServer server, Way way) {
    pass(server, Access.SEQUENTIAL_WRITE, way);
    touch(server, way);
  }

  /** Reads the volume, so that it is in the page cache: what is idle may have left that. */
  public void touch(BlockServer server, Way way) {
    pass(server, Access.SEQUENTIAL_READ, way);
  }

  private void pass(BlockServer server, Access access, Way way) {
    client(way).pass(server, new BlockCell(access, SEQUENTIAL_DEPTH, way));
  }

  /** A load before the first field, of what the fields are about. */
  public void warmUp(BlockServer server, Way way) {
    for (Access access : List.of(Access.RANDOM_WRITE, Access.RANDOM_READ)) {
      run(server, new BlockCell(access, WARM_UP_DEPTH, way), effort.warmUpSeconds() / 2);
      run(server, new BlockCell(access, 1, way), effort.warmUpSeconds() / 4);
    }
    run(server, new BlockCell(Access.FLUSHED_WRITE, 1, way), effort.warmUpSeconds() / 4);
  }

  private LoadResult run(BlockServer server, BlockCell cell, double seconds) {
    return client(cell.way()).run(server, cell, seconds);
  }

  private static double cpuSeconds(List<ProcessHandle> processes) {
    ProcessFigures figures = ProcessFigures.of(processes);
    return figures.cpuSeconds() + figures.endedCpuSeconds();
  }

  /** System calls of the server for each operation of a field. */
  public double systemCalls(BlockServer server, BlockCell cell, Path directory) {
    return SystemCalls.perOperation(
        server.processes().getFirst(),
        directory,
        () -> run(server, cell, effort.fieldSeconds()).operations());
  }

  /** Measures one field. */
  public void measure(String volume, BlockServer server, BlockCell cell) {
    List<ProcessHandle> processes = server.processes();
    long started = System.nanoTime();
    double machine = Machine.busySeconds();
    double used = cpuSeconds(processes);
    LoadResult result = run(server, cell, effort.fieldSeconds());
    // A process for a connection is gone, and counted, a moment after that.
    LockSupport.parkNanos(SETTLE_NANOS);
    used = cpuSeconds(processes) - used;
    machine = Machine.busySeconds() - machine;
    double elapsed = (System.nanoTime() - started) / 1e9;
    measured.accept(
        new BlockMeasurement(
            volume,
            cell.label(),
            cell,
            result,
            1e6 * used / Math.max(1, result.operations()),
            Math.max(0, 100 * (machine - used - result.clientCpuSeconds()) / elapsed)));
  }
}
