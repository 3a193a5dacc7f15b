package io.virga.benchmarks.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/**
 * What the kernel has counted for some processes.
 *
 * @param cpuSeconds user and system time
 * @param endedCpuSeconds that of children that have ended
 * @param residentMebibytes memory that is in RAM
 */
public record ProcessFigures(double cpuSeconds, double endedCpuSeconds, double residentMebibytes) {

  /** The kernel's clock tick is the same on every Linux of this architecture. */
  private static final double TICKS_PER_SECOND = 100;

  private static final int USER_TIME_AFTER_NAME = 12;

  /** The sum over all that still run. */
  public static ProcessFigures of(Collection<ProcessHandle> processes) {
    double cpu = 0;
    double ended = 0;
    double resident = 0;
    for (ProcessHandle process : processes) {
      if (process.isAlive()) {
        Path directory = Path.of("/proc", Long.toString(process.pid()));
        try {
          String stat = Files.readString(directory.resolve("stat"));
          String[] fields = stat.substring(stat.lastIndexOf(')')).split(" ");
          cpu += seconds(fields, USER_TIME_AFTER_NAME);
          ended += seconds(fields, USER_TIME_AFTER_NAME + 2);
          resident += valueOf(directory.resolve("status"), "VmRSS:") / 1024.0;
        } catch (IOException e) {
          throw new IllegalStateException("the process " + process.pid() + " has ended", e);
        }
      }
    }
    return new ProcessFigures(cpu, ended, resident);
  }

  /** User and system time, which stand one behind the other. */
  private static double seconds(String[] fields, int first) {
    return (Long.parseLong(fields[first]) + Long.parseLong(fields[first + 1])) / TICKS_PER_SECOND;
  }

  private static long valueOf(Path file, String key) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(key))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }
}
