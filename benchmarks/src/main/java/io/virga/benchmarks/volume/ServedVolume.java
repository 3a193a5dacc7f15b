package io.virga.benchmarks.volume;

import io.virga.benchmarks.host.ServerProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A volume that one or more processes serve.
 *
 * @param uris where it is, by the way to it
 */
record ServedVolume(Map<Way, String> uris, List<ServerProcess> parts) implements BlockServer {

  ServedVolume {
    uris = Map.copyOf(uris);
    parts = List.copyOf(parts);
  }

  /** Waits until each URI answers; throws if a process ends instead. */
  ServedVolume ready() {
    uris.forEach(
        (way, uri) -> way.awaitAnswer(uri, () -> parts.forEach(ServerProcess::checkAlive)));
    return this;
  }

  @Override
  public String uri(Way way) {
    return Optional.ofNullable(uris.get(way))
        .orElseThrow(() -> new IllegalArgumentException("not served by " + way));
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
