package io.virga.benchmarks;

import io.virga.benchmarks.cloud.ScratchDirectory;
import io.virga.benchmarks.report.Figure;
import io.virga.benchmarks.report.Report;
import io.virga.benchmarks.scenario.BlockMemoryScenario;
import io.virga.benchmarks.scenario.BlockScenario;
import io.virga.benchmarks.scenario.BootScenario;
import io.virga.benchmarks.scenario.ControlScenario;
import io.virga.benchmarks.scenario.IscsiConformanceScenario;
import io.virga.benchmarks.scenario.NetScenario;
import io.virga.benchmarks.scenario.ObjectListingScenario;
import io.virga.benchmarks.scenario.ObjectMemoryScenario;
import io.virga.benchmarks.scenario.ObjectRecoveryScenario;
import io.virga.benchmarks.scenario.ObjectScenario;
import io.virga.benchmarks.scenario.Scenario;
import io.virga.benchmarks.scenario.Setting;
import io.virga.benchmarks.scenario.StartScenario;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./virga bench}: measures a scenario, prints the table, keeps the raw figures. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures a scenario; without one, lists them.",
    subcommands = SoakCommand.class)
public final class Main implements Callable<Integer> {

  private static final Catalog<Scenario> SCENARIOS =
      new Catalog<>(
          "scenario",
          List.of(
              new BootScenario(),
              new StartScenario(),
              new ControlScenario(),
              new ObjectScenario(),
              new ObjectListingScenario(),
              new ObjectMemoryScenario(),
              new ObjectRecoveryScenario(),
              new NetScenario(),
              new BlockScenario(),
              new BlockMemoryScenario(),
              new IscsiConformanceScenario()),
          Scenario::name,
          Scenario::summary);

  @Parameters(arity = "0..1", paramLabel = "SCENARIO", description = "What to measure.")
  private String scenario = "";

  @Option(names = "--quick", description = "Fewer runs.")
  private boolean quick;

  @Option(names = "--check", description = "Exit 1 when a figure misses its goal.")
  private boolean check;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "On the disk to measure; the scenario works in a new one below it.")
  private Path directory = Path.of("/tmp");

  @Option(names = "--minio", paramLabel = "FILE", description = "MinIO's program, as a rival.")
  private Optional<Path> minio = Optional.empty();

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "So many objects, where a scenario begins with many.")
  private Optional<Long> count = Optional.empty();

  @Option(names = "--root", hidden = true, description = "The checkout.")
  private Path root = Path.of("");

  @Spec private CommandSpec spec = CommandSpec.create();

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (scenario.isEmpty()) {
      out.println(SCENARIOS.listed());
      out.flush();
      return CommandLine.ExitCode.OK;
    }
    Scenario chosen = SCENARIOS.chosen(scenario, spec);
    Report report;
    try (ScratchDirectory scratch = ScratchDirectory.make(directory, "virga-bench")) {
      Instant started = Instant.now();
      Setting setting =
          new Setting(root.toAbsolutePath(), scratch.path(), quick, minio, count, this::progress);
      report = new Report(chosen.name(), started, chosen.run(setting));
    }
    out.print(report.table());
    out.println("raw figures: " + report.save(root.resolve("benchmarks/target/results")));
    List<Figure> missed = report.missed();
    missed.forEach(figure -> out.println("below its goal: " + figure.what()));
    out.flush();
    return check && !missed.isEmpty() ? 1 : 0;
  }

  private void progress(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(line);
    err.flush();
  }
}
