package io.virga.control.operator.command;

import io.virga.control.operator.launch.Installation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a long scenario of the module {@code benchmarks}. */
@Command(
    name = "soak",
    description = "Runs a scenario for long, with faults; without one, lists them.",
    mixinStandardHelpOptions = true)
public final class SoakCommand implements Callable<Integer> {

  private static final String ISOLATED = "object";
  private static final String LOOPBACK_FIRST = "ip link set lo up && exec \"$@\"";

  @Parameters(arity = "0..1", paramLabel = "SCENARIO", description = "what to run")
  private String scenario = "";

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description = "how long; ${DEFAULT-VALUE} by default")
  private int minutes = 10;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "of what is chosen at random; a new one, which is printed, by default")
  private Optional<Long> seed = Optional.empty();

  /** Faults of network and disks need a network and mounts that are nobody else's. */
  private List<String> isolation() {
    return scenario.equals(ISOLATED) && System.getProperty("user.name", "").equals("root")
        ? List.of("unshare", "--net", "--mount", "sh", "-c", LOOPBACK_FIRST, "soak")
        : List.of();
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("soak", "--root", Installation.current().root().toString()));
    if (!scenario.isEmpty()) {
      arguments.add(scenario);
    }
    arguments.addAll(List.of("--minutes", Integer.toString(minutes)));
    seed.ifPresent(number -> arguments.addAll(List.of("--seed", Long.toString(number))));
    return new Children().java(isolation(), "benchmarks", "io.virga.benchmarks.Main", arguments);
  }
}
