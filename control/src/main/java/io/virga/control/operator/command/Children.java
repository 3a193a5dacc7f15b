package io.virga.control.operator.command;

import io.virga.control.operator.launch.Installation;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Runs a program in the foreground, on this terminal, and returns its exit status. */
final class Children {

  private static final List<String> JAVA_FLAGS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseCompactObjectHeaders");

  private final Installation installation = Installation.current();

  /** The main class of a module with the module's class path. */
  int java(String module, String mainClass, List<String> arguments)
      throws IOException, InterruptedException {
    return java(List.of(), module, mainClass, arguments);
  }

  /**
   * The main class of a module.
   *
   * @param before a program that runs what follows it
   */
  int java(List<String> before, String module, String mainClass, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(before);
    command.add(installation.java().toString());
    command.addAll(JAVA_FLAGS);
    command.add("-Dvirga.root=" + installation.root());
    command.add("-cp");
    command.add(
        installation.classPath(module).stream()
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator)));
    command.add(mainClass);
    command.addAll(arguments);
    return run(command, Map.of());
  }

  /** Maven on the whole project. */
  int maven(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("virga.maven", "mvn"));
    command.addAll(arguments);
    return run(command, Map.of("JAVA_HOME", System.getProperty("java.home")));
  }

  int run(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.directory(installation.root().toFile());
    builder.environment().putAll(environment);
    return builder.start().waitFor();
  }
}
