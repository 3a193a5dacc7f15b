package io.virga.control.operator.supervise;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the kernel says of a process (proc(5), {@code /proc/pid/stat}).
 *
 * @param state {@code Z} and {@code X} have ended
 * @param startTicks when it started, in clock ticks since the machine did: tells it from a later
 *     process of the same id
 */
record ProcFile(String state, String startTicks) {

  private static final int STATE = 0;
  private static final int START_TIME = 19;

  static Optional<ProcFile> of(long pid) {
    try {
      return parse(Files.readString(Path.of("/proc/" + pid + "/stat")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The command's name, in brackets, may hold anything: fields are counted after it. */
  static Optional<ProcFile> parse(String stat) {
    int end = stat.lastIndexOf(") ");
    if (end < 0) {
      return Optional.empty();
    }
    String[] fields = stat.substring(end + 2).strip().split(" ");
    return fields.length <= START_TIME
        ? Optional.empty()
        : Optional.of(new ProcFile(fields[STATE], fields[START_TIME]));
  }

  boolean ended() {
    return state.equals("Z") || state.equals("X");
  }
}
