package io.virga.control.operator.command;

import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.PrivateFiles;
import io.virga.control.operator.home.Service;
import io.virga.control.operator.launch.Installation;
import io.virga.control.operator.launch.JarStore;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** This command line once more, in the background, in a session of its own. */
final class BackgroundCommand {

  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-Xms8m",
          "-Xmx64m",
          "-XX:TieredStopAtLevel=1",
          "--enable-native-access=ALL-UNNAMED",
          "-XX:+UseCompactObjectHeaders");

  private final Home home;
  private final String output;
  private final BiFunction<List<Path>, List<String>, List<String>> cache;

  /**
   * @param output whose output in the home's log what it says is
   * @param cache the flags of the AOT cache, for a class path and flags
   */
  BackgroundCommand(
      Home home, String output, BiFunction<List<Path>, List<String>, List<String>> cache) {
    this.home = home;
    this.output = output;
    this.cache = cache;
  }

  /**
   * Starts it; returns as soon as it has been forked.
   *
   * @param before a program that becomes what follows it; may be empty
   */
  Process start(List<String> before, List<String> arguments) throws IOException {
    for (Path folder : List.of(home.log(), home.aot(), home.programs())) {
      PrivateFiles.folder(folder);
    }
    Installation installation = Installation.current();
    List<Path> classPath =
        new JarStore(home.programs()).staged(installation.classPath(Service.CONTROL.title()));
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(before);
    command.add(installation.java().toString());
    command.addAll(cache.apply(classPath, FLAGS));
    command.addAll(FLAGS);
    command.add("-Dvirga.root=" + installation.root());
    command.add("-cp");
    command.add(
        classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    command.add("io.virga.control.operator.VirgaCommand");
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectInput(new File("/dev/null"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(home.output(output).toFile()));
    return builder.start();
  }
}
