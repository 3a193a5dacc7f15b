package io.virga.control.operator.command;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Runs the micro-benchmarks. */
@Command(
    name = "jmh",
    description = "Runs the micro-benchmarks whose names match; all without a pattern.",
    mixinStandardHelpOptions = true)
public final class JmhCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..*",
      paramLabel = "PATTERN",
      description =
          "a regular expression; JMH's own options may follow, for example -f 1 -wi 1 -i 1")
  private List<String> arguments = List.of();

  @Override
  public Integer call() throws IOException, InterruptedException {
    return new Children().java("jmh", "org.openjdk.jmh.Main", List.copyOf(arguments));
  }
}
