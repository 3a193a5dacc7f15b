package io.virga.benchmarks.blockbench;

import io.virga.benchmarks.blockbench.BlockCell.Access;
import io.virga.benchmarks.cloud.Shell;
import io.virga.benchmarks.host.ProcessFigures;
import io.virga.benchmarks.volume.BlockServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Initiators on the core of the load, both on libiscsi, since Debian's fio speaks no iSCSI: {@code
 * iscsi-perf} reads at random (at multiples of 512 bytes), {@code qemu-img bench} does all else. It
 * knows no random offsets: its steps are so large that each next one is far away, and pass over
 * every block before they come to one again.
 */
final class Initiators implements LoadClient {

  private static final List<String> PROGRAMS = List.of("iscsi-perf", "qemu-img");
  private static final String QEMU_DRIVER = "/usr/lib/x86_64-linux-gnu/qemu/block-iscsi.so";

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int SECTOR_BYTES = 512;

  /** An odd number of blocks of 4 KiB: has no divisor in common with a power of two of them. */
  private static final long STEP_BYTES = 9913L * 4096;

  private static final int PROBED_SMALL = 2000;
  private static final int PROBED_LARGE = 64;

  private final Path directory;
  private final long sizeBytes;

  /**
   * @param directory where they run
   * @param sizeBytes of the volume; a power of two
   */
  Initiators(Path directory, long sizeBytes) {
    this.directory = directory;
    this.sizeBytes = sizeBytes;
  }

  /** How to get the programs if one of them is not there. */
  static Optional<String> missing() {
    boolean all =
        Stream.concat(PROGRAMS.stream().map(name -> "/usr/bin/" + name), Stream.of(QEMU_DRIVER))
            .allMatch(program -> Files.exists(Path.of(program)));
    return all
        ? Optional.empty()
        : Optional.of("apt-get install libiscsi-bin qemu-utils qemu-block-extra");
  }

  @Override
  public LoadResult run(BlockServer server, BlockCell cell, double seconds) {
    if (cell.access() == Access.RANDOM_READ) {
      return perf(server, cell, Math.max(1, Math.round(seconds)));
    }
    int probed = cell.access().bytes() > BlockCell.BLOCK_BYTES ? PROBED_LARGE : PROBED_SMALL;
    double rate = bench(server, cell, probed).perSecond();
    return bench(server, cell, Math.max(probed, Math.round(rate * seconds)));
  }

  @Override
  public void pass(BlockServer server, BlockCell cell) {
    bench(server, cell, sizeBytes / cell.access().bytes());
  }

  private LoadResult perf(BlockServer server, BlockCell cell, long seconds) {
    Run run =
        run(
            server,
            List.of(
                "iscsi-perf",
                "-r",
                "-m",
                "" + cell.depth(),
                "-b",
                "" + cell.access().bytes() / SECTOR_BYTES,
                "-t",
                "" + seconds,
                server.uri(cell.way())));
    double perSecond = InitiatorOutput.perSecond(run.output);
    return run.result(Math.round(perSecond * seconds), perSecond);
  }

  private LoadResult bench(BlockServer server, BlockCell cell, long count) {
    List<String> command = new ArrayList<>(List.of("qemu-img", "bench", "-f", "raw", "-t", "none"));
    command.addAll(List.of("-c", "" + count, "-d", "" + cell.depth()));
    int bytes = cell.access().bytes();
    command.addAll(List.of("-s", "" + bytes));
    command.addAll(List.of("-S", "" + (bytes > BlockCell.BLOCK_BYTES ? bytes : STEP_BYTES)));
    if (!cell.access().reads()) {
      command.add("-w");
    }
    if (cell.access() == Access.FLUSHED_WRITE) {
      command.add("--flush-interval=1");
    }
    command.add(server.uri(cell.way()));
    Run run = run(server, command);
    return run.result(count, count / InitiatorOutput.seconds(run.output));
  }

  private Run run(BlockServer server, List<String> command) {
    double before = endedCpuSeconds();
    String output =
        new Shell(server.clientEnvironment(), directory)
            .attempt(LIMIT, command.toArray(String[]::new))
            .orFail();
    return new Run(output, endedCpuSeconds() - before);
  }

  private static double endedCpuSeconds() {
    return ProcessFigures.of(List.of(ProcessHandle.current())).endedCpuSeconds();
  }

  private record Run(String output, double cpuSeconds) {

    LoadResult result(long operations, double perSecond) {
      double idle = Math.max(0, 100 * (1 - cpuSeconds * perSecond / operations));
      return new LoadResult(operations, perSecond, Optional.empty(), idle);
    }
  }
}
