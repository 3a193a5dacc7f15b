package io.virga.benchmarks.blockbench;

import io.virga.benchmarks.cloud.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Counts the system calls of a server with strace, which slows it down a lot. */
public final class SystemCalls {

  private static final Path STRACE = Path.of("/usr/bin/strace");

  private SystemCalls() {}

  /** Whether strace is installed. */
  public static boolean areCounted() {
    return Files.isExecutable(STRACE);
  }

  /** Calls for each operation of the load, which answers how many operations it had. */
  static double perOperation(ProcessHandle server, Path directory, Supplier<Long> load) {
    Path table = directory.resolve("strace.txt");
    try {
      Process strace =
          new ProcessBuilder(
                  STRACE.toString(),
                  "-c",
                  "-f",
                  "-qq",
                  "-o",
                  table.toString(),
                  "-p",
                  Long.toString(server.pid()))
              .start();
      long operations = load.get();
      new Shell(Map.of(), directory).run("kill", "-INT", Long.toString(strace.pid()));
      strace.waitFor();
      return (double) total(Files.readAllLines(table)) / Math.max(1, operations);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The calls of the last line, for example {@code 100.00 0.02 5 3471 12 total}. */
  static long total(List<String> table) {
    return table.stream()
        .map(line -> line.strip().split("\\s+"))
        .filter(fields -> fields[fields.length - 1].equals("total"))
        .mapToLong(fields -> Long.parseLong(fields[3]))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("strace has counted nothing"));
  }
}
