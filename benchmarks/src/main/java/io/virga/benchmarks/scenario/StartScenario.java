package io.virga.benchmarks.scenario;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.report.Figure;
import io.virga.benchmarks.report.Findings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** How long a start takes, and what the cloud needs while nothing happens. */
public final class StartScenario implements Scenario {

  private static final int BASE_PORT = 19700;
  private static final double SECOND_START_GOAL_SECONDS = 8;
  private static final double RESIDENT_GOAL_MIB = 1536;
  private static final String RESIDENT_LINE = "VmRSS:";

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
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      long kibibytes = 0;
      for (Path process : processes.filter(p -> Files.exists(p.resolve("cmdline"))).toList()) {
        if (Files.readString(process.resolve("cmdline"))
            .matches("(?s)[^\\x00]*java\\x00.*" + home + ".*")) {
          kibibytes += residentKibibytes(process);
        }
      }
      return kibibytes / 1024.0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long residentKibibytes(Path process) throws IOException {
    return Files.readAllLines(process.resolve("status")).stream()
        .filter(line -> line.startsWith(RESIDENT_LINE))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }
}
