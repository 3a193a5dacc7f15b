package io.virga.benchmarks.host;

import io.virga.benchmarks.cloud.Shell;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
