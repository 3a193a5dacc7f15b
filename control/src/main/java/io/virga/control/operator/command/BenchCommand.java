package io.virga.control.operator.command;

import io.virga.control.operator.launch.Installation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a scenario of the module {@code benchmarks}. */
@Command(
    name = "bench",
    description = "Measures a scenario beside named rivals; without one, lists them.",
    mixinStandardHelpOptions = true)
public final class BenchCommand implements Callable<Integer> {

  @Parameters(arity = "0..1", paramLabel = "SCENARIO", description = "what to measure")
  private String scenario = "";

  @Option(names = "--quick", description = "shorter, and less exact")
  private boolean quick;

  @Option(names = "--check", description = "exit status 1 if a figure is below its goal")
  private boolean check;

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--root", Installation.current().root().toString()));
    if (!scenario.isEmpty()) {
      arguments.add(scenario);
    }
    if (quick) {
      arguments.add("--quick");
    }
    if (check) {
      arguments.add("--check");
    }
    return new Children().java("benchmarks", "io.virga.benchmarks.Main", arguments);
  }
}
