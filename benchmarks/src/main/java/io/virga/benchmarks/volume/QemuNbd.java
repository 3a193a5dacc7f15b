package io.virga.benchmarks.volume;

import io.virga.benchmarks.host.ServerProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** QEMU's own server on a raw file, with its fastest I/O: a process for each way. */
public final class QemuNbd implements BlockServerKind {

  private static final String PROGRAM = "/usr/bin/qemu-nbd";

  @Override
  public String name() {
    return "qemu-nbd";
  }

  @Override
  public String durability() {
    return "page cache of a file (aio=io_uring, cache=writeback); a flush is fdatasync";
  }

  @Override
  public boolean fileBacked() {
    return true;
  }

  @Override
  public Optional<String> missing() {
    return BackingFile.missing(PROGRAM, "qemu-utils");
  }

  @Override
  public BlockServer start(Path directory, long sizeBytes) {
    Path file = BackingFile.make(directory, sizeBytes);
    Path socket = directory.resolve("qemu.sock");
    int port = ServerProcess.freePort();
    List<ServerProcess> parts =
        List.of(
            part(file, "unix", List.of("-k", socket.toString())),
            part(file, "tcp", List.of("-b", "127.0.0.1", "-p", "" + port)));
    return new ServedVolume(
            Map.of(Way.UNIX, ServedVolume.unixUri(socket), Way.TCP, ServedVolume.tcpUri(port)),
            parts)
        .ready();
  }

  private static ServerProcess part(Path file, String name, List<String> listener) {
    List<String> command = new ArrayList<>(List.of(PROGRAM, "-t", "-e", "16", "-f", "raw"));
    command.addAll(List.of("--aio=io_uring", "--cache=writeback"));
    command.addAll(listener);
    command.add(file.toString());
    Path directory = file.toAbsolutePath().getParent();
    return ServerProcess.start(
        directory == null ? Path.of("/") : directory, "qemu-" + name + ".out", Map.of(), command);
  }
}
