package io.virga.control.operator.command;

import io.virga.control.operator.home.Home;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the log of a process. */
@Command(
    name = "logs",
    description = "Shows the log of a process of the cloud, one line an event.",
    mixinStandardHelpOptions = true)
public final class LogsCommand implements Callable<Integer> {

  @Mixin private final HomeOption homeOption = new HomeOption();

  @Parameters(paramLabel = "SERVICE", description = "a name that 'status' shows, or supervisor")
  private String service = "";

  @Option(names = "-f", description = "go on as it grows")
  private boolean follow;

  @Option(names = "-n", paramLabel = "LINES", description = "${DEFAULT-VALUE} by default")
  private int lines = 200;

  @Option(names = "--json", description = "as it is written, with the stacks of failures")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

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
      command.addAll(List.of("-F", "--pid=" + ProcessHandle.current().pid()));
    }
    command.addAll(files);
    Process tail =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    LogLine shown = new LogLine(ZoneId.systemDefault());
    PrintWriter out = spec.commandLine().getOut();
    try (BufferedReader lines = tail.inputReader(StandardCharsets.UTF_8)) {
      String line = lines.readLine();
      while (line != null && !out.checkError()) {
        out.println(json ? line : shown.text(line));
        line = lines.readLine();
      }
    }
    return tail.waitFor();
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
