package io.virga.benchmarks;

import io.virga.benchmarks.cloud.ScratchDirectory;
import io.virga.benchmarks.soak.BlockSoak;
import io.virga.benchmarks.soak.KillSoak;
import io.virga.benchmarks.soak.ObjectSoak;
import io.virga.benchmarks.soak.Soak;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./virga soak}: runs one for a while; exit status 1 if anything acknowledged was lost. */
@Command(
    name = "soak",
    mixinStandardHelpOptions = true,
    description = "Runs a soak; without one, lists them.")
final class SoakCommand implements Callable<Integer> {

  private static final Catalog<Soak> SOAKS =
      new Catalog<>(
          "soak",
          List.of(new BlockSoak(), new KillSoak(), new ObjectSoak()),
          Soak::name,
          Soak::summary);
  private static final int MOST_MINUTES = 12 * 60;

  @Parameters(arity = "0..1", paramLabel = "SCENARIO", description = "What to run.")
  private String scenario = "";

  @Option(names = "--minutes", paramLabel = "N", description = "How long.")
  private int minutes = 10;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of what is chosen at random; a new one by default.")
  private long seed = new SecureRandom().nextInt(Integer.MAX_VALUE);

  @Option(names = "--root", hidden = true, description = "The checkout.")
  private Path root = Path.of("");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (scenario.isEmpty()) {
      out.println(SOAKS.listed());
      out.flush();
      return ExitCode.OK;
    }
    if (minutes < 1 || minutes > MOST_MINUTES) {
      throw new ParameterException(
          spec.commandLine(),
          "--minutes " + minutes + ": expected a number from 1 to " + MOST_MINUTES);
    }
    Soak chosen = SOAKS.chosen(scenario, spec);
    Soak.Outcome outcome;
    try (ScratchDirectory directory = ScratchDirectory.make("virga-soak")) {
      outcome =
          chosen.run(
              new Soak.Conditions(
                  root.toAbsolutePath(), directory.path(), Duration.ofMinutes(minutes), seed),
              line -> {
                out.println(line);
                out.flush();
              });
    }
    Soak.Damage damage = outcome.damage();
    out.printf(
        "faults %d, acknowledged %d, refused %d; lost %d, wrong %d, ghosts %d (seed %d)%n",
        outcome.faults(),
        outcome.acknowledged(),
        outcome.refused(),
        damage.lost(),
        damage.wrong(),
        damage.ghosts(),
        seed);
    out.flush();
    return damage.isNone() ? ExitCode.OK : ExitCode.SOFTWARE;
  }
}
