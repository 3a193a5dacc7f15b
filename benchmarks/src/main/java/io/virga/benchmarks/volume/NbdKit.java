package io.virga.benchmarks.volume;

import io.virga.benchmarks.host.ServerProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** nbdkit with one of its plugins: a process for each way, since one listens one way. */
public final class NbdKit implements BlockServerKind {

  private static final String PROGRAM = "/usr/bin/nbdkit";

  private final boolean inFile;

  private NbdKit(boolean inFile) {
    this.inFile = inFile;
  }

  /** Blocks in memory: what the protocol costs alone. */
  public static NbdKit memory() {
    return new NbdKit(false);
  }

  /** Blocks in a file, through the page cache. */
  public static NbdKit file() {
    return new NbdKit(true);
  }

  @Override
  public String name() {
    return inFile ? "nbdkit file" : "nbdkit memory";
  }

  @Override
  public String durability() {
    return inFile ? "page cache of a file; a flush is fdatasync" : "memory; a flush does nothing";
  }

  @Override
  public boolean fileBacked() {
    return inFile;
  }

  @Override
  public Optional<String> missing() {
    return BackingFile.missing(PROGRAM, "nbdkit");
  }

  @Override
  public BlockServer start(Path directory, long sizeBytes) {
    Path socket = directory.resolve("kit.sock");
    int port = ServerProcess.freePort();
    List<String> plugin =
        inFile
            ? List.of("file", BackingFile.make(directory, sizeBytes).toString())
            : List.of("memory", Long.toString(sizeBytes));
    List<ServerProcess> parts =
        List.of(
            part(directory, "unix", List.of("-U", socket.toString()), plugin),
            part(directory, "tcp", List.of("-i", "127.0.0.1", "-p", "" + port), plugin));
    return new ServedVolume(
            Map.of(Way.UNIX, ServedVolume.unixUri(socket), Way.TCP, ServedVolume.tcpUri(port)),
            parts)
        .ready();
  }

  private static ServerProcess part(
      Path directory, String name, List<String> listener, List<String> plugin) {
    List<String> command = new ArrayList<>(List.of(PROGRAM, "-f"));
    command.addAll(listener);
    command.addAll(plugin);
    return ServerProcess.start(directory, "nbdkit-" + name + ".out", Map.of(), command);
  }
}
