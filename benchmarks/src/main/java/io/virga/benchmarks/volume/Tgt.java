package io.virga.benchmarks.volume;

import io.virga.benchmarks.cloud.Patience;
import io.virga.benchmarks.cloud.Shell;
import io.virga.benchmarks.host.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The Linux target framework, tgtd, with a disk in a file: a daemon of its own, with its own port
 * and its own control socket, so that one that runs already is left alone.
 */
public final class Tgt implements BlockServerKind {

  private static final String PROGRAM = "/usr/sbin/tgtd";
  private static final String TARGET = "iqn.2026-01.io.virga.bench:volume";
  private static final String CONTROL_PORT = "1";
  private static final Duration START_LIMIT = Duration.ofSeconds(20);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(50);

  @Override
  public String name() {
    return "tgt";
  }

  @Override
  public String durability() {
    return "page cache of a file (bs-type rdwr); SYNCHRONIZE CACHE is fsync";
  }

  @Override
  public boolean fileBacked() {
    return true;
  }

  @Override
  public Set<Way> ways() {
    return Set.of(Way.ISCSI);
  }

  @Override
  public Optional<String> missing() {
    return BackingFile.missing(PROGRAM, "tgt");
  }

  @Override
  public BlockServer start(Path directory, long sizeBytes) {
    Path file = BackingFile.make(directory, sizeBytes);
    int port = ServerProcess.freePort();
    Map<String, String> control = Map.of("TGT_IPC_SOCKET", directory.resolve("control").toString());
    ServerProcess process =
        ServerProcess.start(
            directory,
            "tgtd.out",
            control,
            List.of(PROGRAM, "-f", "-C", CONTROL_PORT, "--iscsi", "portal=127.0.0.1:" + port));
    Administration administration = new Administration(new Shell(control, directory), process);
    administration.awaitStart();
    administration.run("new", "target", "--tid", "1", "-T", TARGET);
    administration.run(
        "new", "logicalunit", "--tid", "1", "--lun", "1", "-b", file.toString(), "--bstype=rdwr");
    administration.run("bind", "target", "--tid", "1", "-I", "127.0.0.1");
    String url = "iscsi://127.0.0.1:" + port + "/" + TARGET + "/1";
    return new Daemon(new ServedVolume(Map.of(Way.ISCSI, url), List.of(process)).ready(), process);
  }

  /** Says to the daemon what it is to do. */
  private record Administration(Shell shell, ServerProcess process) {

    private String[] command(String operation, String mode, String... options) {
      List<String> command =
          new ArrayList<>(List.of("tgtadm", "-C", CONTROL_PORT, "--lld", "iscsi"));
      command.addAll(List.of("--op", operation, "--mode", mode));
      command.addAll(List.of(options));
      return command.toArray(String[]::new);
    }

    void run(String operation, String mode, String... options) {
      shell.run(command(operation, mode, options));
    }

    void awaitStart() {
      Patience.await(
          "tgtd to answer",
          START_LIMIT,
          LOOK_INTERVAL,
          () -> {
            process.checkAlive();
            boolean answers = shell.attempt(command("show", "target")).exitCode() == 0;
            return Optional.of(process).filter(started -> answers);
          });
    }
  }

  /** It does not end when it is asked to while it has targets: it is killed. */
  private record Daemon(ServedVolume volume, ServerProcess process) implements BlockServer {

    @Override
    public String uri(Way way) {
      return volume.uri(way);
    }

    @Override
    public List<ProcessHandle> processes() {
      return volume.processes();
    }

    @Override
    public void close() {
      process.kill();
      volume.close();
    }
  }
}
