package io.virga.benchmarks.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server that this benchmark has started, on the servers' core; it ends with the benchmark. */
public final class ServerProcess implements AutoCloseable {

  private static final int SHOWN_CHARACTERS = 1000;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  private final Process process;
  private final Path output;
  private final Thread atExit;

  private ServerProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
    this.atExit = new Thread(this::kill, "end " + output.getFileName());
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Starts a server.
   *
   * @param directory where it runs
   * @param output the name of the file below it for what the server has to say
   */
  public static ServerProcess start(
      Path directory, String output, Map<String, String> environment, List<String> command) {
    Path file = directory.resolve(output);
    try {
      ProcessBuilder builder =
          new ProcessBuilder(Cores.onServerCore(command))
              .directory(directory.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectErrorStream(true)
              .redirectOutput(file.toFile());
      builder.environment().putAll(environment);
      builder.environment().put("PATH", "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin");
      return new ServerProcess(builder.start(), file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command.getFirst(), e);
    }
  }

  /** A port of the loopback that nobody listens on now. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The process and whatever it has started. */
  public Stream<ProcessHandle> processes() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants());
  }

  /** Throws with what the server had to say if it does not run. */
  public void checkAlive() {
    if (!process.isAlive()) {
      try {
        String said = Files.readString(output);
        throw new IllegalStateException(
            "%s ended with %d:%n%s"
                .formatted(
                    output.getFileName(),
                    process.exitValue(),
                    said.substring(Math.max(0, said.length() - SHOWN_CHARACTERS))));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Ends it at once, as a crash would (SIGKILL). */
  public void kill() {
    List<ProcessHandle> all = processes().toList();
    all.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    children.forEach(ProcessHandle::destroyForcibly);
    Runtime.getRuntime().removeShutdownHook(atExit);
  }
}
