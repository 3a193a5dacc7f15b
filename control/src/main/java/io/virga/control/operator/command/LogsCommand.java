package io.virga.control.operator.command;

import io.virga.control.operator.home.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the log of a process. */
@Command(
    name = "logs",
    description = "Shows the log of a process of the cloud.",
    mixinStandardHelpOptions = true)
public final class LogsCommand implements Callable<Integer> {

  @Mixin private final HomeOption homeOption = new HomeOption();

  @Parameters(paramLabel = "SERVICE", description = "a name that 'status' shows, or supervisor")
  private String service = "";

  @Option(names = "-f", description = "go on as it grows")
  private boolean follow;

  @Option(names = "-n", paramLabel = "LINES", description = "${DEFAULT-VALUE} by default")
  private int lines = 200;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Home home = homeOption.existing();
    List<String> files =
        Stream.of(home.output(service), home.log(service))
            .filter(file -> file.normalize().startsWith(home.log()))
            .filter(Files::isRegularFile)
            .map(Path::toString)
            .toList();
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "no log of '%s'; there are: %s".formatted(service, known(home)));
    }
    List<String> command = new ArrayList<>(List.of("tail", "-q", "-n", Integer.toString(lines)));
    if (follow) {
      command.add("-F");
    }
    command.addAll(files);
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private static String known(Home home) throws IOException {
    try (Stream<Path> files = Files.list(home.log())) {
      List<String> names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".log") || name.endsWith(".out"))
              .map(name -> name.substring(0, name.length() - ".log".length()))
              .distinct()
              .sorted()
              .toList();
      return String.join(", ", names);
    }
  }
}
