package io.virga.benchmarks.volume;

import io.virga.benchmarks.host.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The protocol's first server, nbd-server, on a file. It serves several connections only as a
 * daemon with a process for each: what ends with the process that was started is all that is in a
 * namespace of process ids. One that listens on a unix socket does not listen over TCP, so there
 * are two.
 */
public final class NbdServer implements BlockServerKind {

  private static final String PROGRAM = "/usr/bin/nbd-server";

  private static final String CONFIGURATION =
      """
      [generic]
        allowlist = true
        %s
      [volume]
        exportname = %s
        flush = true
        fua = true
        trim = true
      """;

  @Override
  public String name() {
    return "nbd-server";
  }

  @Override
  public String durability() {
    return "page cache of a file; a flush is fsync";
  }

  @Override
  public boolean fileBacked() {
    return true;
  }

  @Override
  public Optional<String> missing() {
    return BackingFile.missing(PROGRAM, "nbd-server");
  }

  @Override
  public BlockServer start(Path directory, long sizeBytes) {
    Path file = BackingFile.make(directory, sizeBytes);
    int port = ServerProcess.freePort();
    Path socket = directory.resolve("server.sock");
    String overTcp = daemon(directory, "tcp", "listenaddr = 127.0.0.1\n  port = " + port, file);
    String overUnix = daemon(directory, "unix", "unixsock = " + socket, file);
    String program = overTcp + " && " + overUnix + " && exec sleep infinity";
    List<String> command =
        List.of("unshare", "--pid", "--fork", "--kill-child", "sh", "-c", program);
    ServerProcess process = ServerProcess.start(directory, "server.out", Map.of(), command);
    String unix = "nbd+unix:///volume?socket=" + socket;
    String tcp = ServedVolume.tcpUri(port) + "volume";
    return new ServedVolume(Map.of(Way.UNIX, unix, Way.TCP, tcp), List.of(process)).ready();
  }

  /** The command that starts one which listens so. */
  private static String daemon(Path directory, String name, String listening, Path file) {
    Path configuration = directory.resolve(name + ".conf");
    try {
      Files.writeString(configuration, CONFIGURATION.formatted(listening, file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "%s -C %s -p %s".formatted(PROGRAM, configuration, directory.resolve(name + ".pid"));
  }
}
