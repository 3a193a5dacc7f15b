package io.virga.benchmarks.volume;

import io.virga.benchmarks.cloud.Patience;
import io.virga.benchmarks.cloud.Shell;
import io.virga.benchmarks.host.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An NBD server of one or more processes.
 *
 * @param uris where the volume is, by the way to it
 */
record NbdProcesses(Map<Way, String> uris, List<ServerProcess> parts) implements BlockServer {

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(50);

  NbdProcesses {
    uris = Map.copyOf(uris);
    parts = List.copyOf(parts);
  }

  /** Waits until each URI answers; throws if a process ends instead. */
  NbdProcesses ready() {
    Shell shell = new Shell(Map.of(), Path.of("/"));
    for (String uri : uris.values()) {
      Patience.await(
          uri + " to answer",
          START_LIMIT,
          LOOK_INTERVAL,
          () -> {
            parts.forEach(ServerProcess::checkAlive);
            boolean answers = shell.attempt("nbdinfo", "--size", uri).exitCode() == 0;
            return answers ? Optional.of(uri) : Optional.empty();
          });
    }
    return this;
  }

  @Override
  public List<String> fioTarget(Way way) {
    return List.of("--ioengine=nbd", "--uri=" + uris.get(way));
  }

  @Override
  public List<ProcessHandle> processes() {
    return parts.stream().flatMap(ServerProcess::processes).toList();
  }

  @Override
  public void close() {
    parts.reversed().forEach(ServerProcess::close);
  }

  static String unixUri(Path socket) {
    return "nbd+unix:///?socket=" + socket;
  }

  static String tcpUri(int port) {
    return "nbd://127.0.0.1:" + port + "/";
  }
}
