package io.virga.benchmarks.scenario;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.host.ProcessFigures;
import io.virga.benchmarks.report.Figure;
import io.virga.benchmarks.report.Findings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How long a start takes, and what the cloud needs while nothing happens. */
public final class StartScenario implements Scenario {

  private static final int BASE_PORT = 19700;
  private static final double SECOND_START_GOAL_SECONDS = 8;
  private static final double RESIDENT_GOAL_MIB = 1536;

  @Override
  public String name() {
    return "start";
  }

  @Override
  public String summary() {
    return "time of the first and of a later ./virga up, resident memory of all JVMs at rest";
  }

  @Override
  public Findings run(Setting setting) {
    Path home = setting.directory().resolve("home");
    Cloud cloud = new Cloud(setting.root(), home);
    double first = secondsToStart(cloud);
    cloud.close();
    double second = secondsToStart(cloud);
    double residentMib = residentMebibytes(home.toString());
    cloud.close();
    return Findings.of(
        Figure.plain("first start, all healthy", first, "s"),
        Figure.atMost("later start, all healthy", second, "s", SECOND_START_GOAL_SECONDS),
        Figure.atMost(
            "resident memory of all JVMs at rest", residentMib, "MiB", RESIDENT_GOAL_MIB));
  }

  private static double secondsToStart(Cloud cloud) {
    long before = System.nanoTime();
    cloud.up(BASE_PORT);
    return (System.nanoTime() - before) / 1e9;
  }

  /** Of every Java process that has the home in its command line. */
  private static double residentMebibytes(String home) {
    return ProcessFigures.of(
            ProcessHandle.allProcesses().filter(process -> isJvmOf(home, process)).toList())
        .residentMebibytes();
  }

  /** The kernel is asked, since {@link ProcessHandle.Info} cuts long command lines. */
  private static boolean isJvmOf(String home, ProcessHandle process) {
    try {
      Path commandLine = Path.of("/proc", Long.toString(process.pid()), "cmdline");
      return Files.exists(commandLine)
          && Files.readString(commandLine).matches("(?s)[^\\x00]*java\\x00.*" + home + ".*");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
