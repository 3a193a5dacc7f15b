package io.virga.control.operator.command;

import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.PrivateFiles;
import io.virga.control.operator.home.Service;
import io.virga.control.operator.launch.AotCache;
import io.virga.control.operator.launch.Installation;
import io.virga.control.operator.launch.JarStore;
import io.virga.control.operator.supervise.CloudState;
import io.virga.control.operator.supervise.PidFile;
import io.virga.control.operator.supervise.StateFile;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A supervisor in the background, seen from another process. */
final class Detached {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-Xms8m",
          "-Xmx64m",
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseCompactObjectHeaders");

  private final Home home;

  Detached(Home home) {
    this.home = home;
  }

  /** The supervisor, if one runs. */
  Optional<PidFile.LiveProcess> process() {
    return new PidFile(home.run(), SupervisorSession.PID_FILE).read();
  }

  /** What the supervisor that runs says. */
  Optional<CloudState> state() {
    return process()
        .flatMap(
            process ->
                new StateFile(home.run())
                    .read()
                    .filter(state -> state.supervisor() == process.pid()));
  }

  /** Starts a supervisor in a session of its own. It waits for the home's lock. */
  Process start() throws IOException {
    for (Path folder : List.of(home.log(), home.aot(), home.programs())) {
      PrivateFiles.folder(folder);
    }
    Installation installation = Installation.current();
    List<Path> classPath =
        new JarStore(home.programs()).staged(installation.classPath(Service.CONTROL.title()));
    List<String> command = new ArrayList<>(List.of("setsid", installation.java().toString()));
    command.addAll(new AotCache(home.aot(), SupervisorSession.PID_FILE).flags(classPath, FLAGS));
    command.addAll(FLAGS);
    command.add("-Dvirga.root=" + installation.root());
    command.add("-cp");
    command.add(
        classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    command.addAll(List.of("io.virga.control.operator.VirgaCommand", "supervise"));
    command.addAll(List.of("--home", home.root().toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectInput(new File("/dev/null"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(
        ProcessBuilder.Redirect.appendTo(home.output(SupervisorSession.PID_FILE).toFile()));
    return builder.start();
  }

  /**
   * Follows the supervisor until its state is as wanted. Blocks.
   *
   * @return the last state; empty if there was none
   */
  Optional<CloudState> follow(
      Predicate<Optional<CloudState>> wanted, Duration timeout, Consumer<CloudState> listener) {
    long deadline = System.nanoTime() + timeout.toNanos();
    Optional<CloudState> state = state();
    state.ifPresent(listener);
    while (!wanted.test(state) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(POLL.toNanos());
      state = state();
      state.ifPresent(listener);
    }
    return state;
  }
}
