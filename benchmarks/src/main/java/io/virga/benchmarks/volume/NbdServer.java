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
 * namespace of process ids.
 */
public final class NbdServer implements BlockServerKind {

  private static final String PROGRAM = "/usr/bin/nbd-server";

  private static final String CONFIGURATION =
      """
      [generic]
        allowlist = true
        listenaddr = 127.0.0.1
        port = %2$d
        unixsock = %1$s/server.sock
      [volume]
        exportname = %3$s
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
    Path configuration = directory.resolve("server.conf");
    try {
      Files.writeString(configuration, CONFIGURATION.formatted(directory, port, file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String program = PROGRAM + " -C " + configuration + " && exec sleep infinity";
    List<String> command =
        List.of("unshare", "--pid", "--fork", "--kill-child", "sh", "-c", program);
    ServerProcess process = ServerProcess.start(directory, "server.out", Map.of(), command);
    String unix = "nbd+unix:///volume?socket=" + directory.resolve("server.sock");
    String tcp = ServedVolume.tcpUri(port) + "volume";
    return new ServedVolume(Map.of(Way.UNIX, unix, Way.TCP, tcp), List.of(process)).ready();
  }
}
