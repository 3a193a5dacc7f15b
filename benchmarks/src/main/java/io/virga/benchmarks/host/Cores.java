package io.virga.benchmarks.host;

import io.virga.benchmarks.cloud.Shell;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Who runs where: servers on one core, the load on another. */
public final class Cores {

  private static final int SERVER = 0;
  private static final int LOAD = 1;

  private Cores() {}

  /** Moves every thread of this process to the core of the load; what it starts is there too. */
  public static void pinLoad() {
    new Shell(Map.of(), Path.of("/"))
        .run(
            "taskset",
            "-a",
            "-c",
            "-p",
            Integer.toString(LOAD),
            Long.toString(ProcessHandle.current().pid()));
  }

  /** Moves servers that run already, with all that they have started, to the servers' core. */
  public static void pinServers(List<Long> pids) {
    Shell shell = new Shell(Map.of(), Path.of("/"));
    pids.stream()
        .flatMap(pid -> ProcessHandle.of(pid).stream())
        .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
        .forEach(process -> pin(shell, process));
  }

  private static void pin(Shell shell, ProcessHandle process) {
    Shell.Result pinned =
        shell.attempt(
            "taskset", "-a", "-c", "-p", Integer.toString(SERVER), Long.toString(process.pid()));
    if (process.isAlive()) {
      pinned.orFail();
    }
  }

  /**
   * The command on the server's core, in a session of its own: some servers end their whole process
   * group.
   */
  static List<String> onServerCore(List<String> command) {
    List<String> pinned =
        new ArrayList<>(List.of("setsid", "taskset", "-c", Integer.toString(SERVER)));
    pinned.addAll(command);
    return pinned;
  }
}
