package io.virga.benchmarks.blockbench;

import io.virga.benchmarks.cloud.Shell;
import io.virga.benchmarks.volume.BlockServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** fio, for NBD. */
final class Fio implements LoadClient {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Path directory;
  private final long sizeBytes;

  /**
   * @param directory where it may leave something
   * @param sizeBytes how much of the volume it uses
   */
  Fio(Path directory, long sizeBytes) {
    this.directory = directory;
    this.sizeBytes = sizeBytes;
  }

  @Override
  public LoadResult run(BlockServer server, BlockCell cell, double seconds) {
    List<String> options = new ArrayList<>();
    options.add("--time_based");
    options.add("--runtime=" + Math.round(seconds * 1000) + "ms");
    options.add("--iodepth=" + cell.depth());
    if (cell.access() == BlockCell.Access.FLUSHED_WRITE) {
      options.add("--fsync=1");
    }
    return run(server, cell, options);
  }

  @Override
  public void pass(BlockServer server, BlockCell cell) {
    run(server, cell, List.of("--iodepth=" + cell.depth()));
  }

  private LoadResult run(BlockServer server, BlockCell cell, List<String> options) {
    List<String> command = new ArrayList<>(List.of("fio", "--name=bench", "--norandommap"));
    command.addAll(List.of("--ioengine=nbd", "--uri=" + server.uri(cell.way())));
    command.addAll(options);
    command.add("--rw=" + cell.access().fio());
    command.add("--bs=" + cell.access().bytes());
    command.add("--size=" + sizeBytes);
    command.add("--randrepeat=0");
    command.add("--output-format=json");
    String output =
        new Shell(Map.of(), directory).attempt(LIMIT, command.toArray(String[]::new)).orFail();
    return FioOutput.parse(output, cell.access().reads());
  }
}
