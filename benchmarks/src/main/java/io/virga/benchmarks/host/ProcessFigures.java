package io.virga.benchmarks.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/**
 * What the kernel has counted for some processes.
 *
 * @param cpuSeconds user and system time
 * @param residentMebibytes memory that is in RAM
 */
public record ProcessFigures(double cpuSeconds, double residentMebibytes) {

  /** The kernel's clock tick is the same on every Linux of this architecture. */
  private static final double TICKS_PER_SECOND = 100;

  private static final int USER_TIME_AFTER_NAME = 12;

  /** The sum over all that still run. */
  public static ProcessFigures of(Collection<ProcessHandle> processes) {
    double cpu = 0;
    double resident = 0;
    for (ProcessHandle process : processes) {
      if (process.isAlive()) {
        Path directory = Path.of("/proc", Long.toString(process.pid()));
        try {
          String stat = Files.readString(directory.resolve("stat"));
          String[] fields = stat.substring(stat.lastIndexOf(')')).split(" ");
          cpu += Long.parseLong(fields[USER_TIME_AFTER_NAME]) / TICKS_PER_SECOND;
          cpu += Long.parseLong(fields[USER_TIME_AFTER_NAME + 1]) / TICKS_PER_SECOND;
          resident += valueOf(directory.resolve("status"), "VmRSS:") / 1024.0;
        } catch (IOException e) {
          throw new IllegalStateException("the process " + process.pid() + " has ended", e);
        }
      }
    }
    return new ProcessFigures(cpu, resident);
  }

  private static long valueOf(Path file, String key) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(key))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }
}
