package io.virga.control.operator.command;

import io.virga.control.operator.launch.Installation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "on the disk to measure (default: /tmp)")
  private Optional<Path> directory = Optional.empty();

  @Option(names = "--minio", paramLabel = "FILE", description = "MinIO's program, as a rival")
  private Optional<Path> minio = Optional.empty();

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "so many objects, where a scenario begins with many")
  private Optional<Long> count = Optional.empty();

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
    directory.ifPresent(d -> arguments.addAll(List.of("--directory", absolute(d))));
    minio.ifPresent(program -> arguments.addAll(List.of("--minio", absolute(program))));
    count.ifPresent(n -> arguments.addAll(List.of("--count", Long.toString(n))));
    return new Children().java("benchmarks", "io.virga.benchmarks.Main", arguments);
  }

  private static String absolute(Path path) {
    return path.toAbsolutePath().toString();
  }
}
