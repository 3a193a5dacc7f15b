package io.virga.control.operator.supervise;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code S.pid} names a process, {@code S.birth} beside it is the machine's boot id and the
 * process's {@code /proc/pid/stat} of its start, so that a pid that was given to another process is
 * not mistaken for it.
 */
public final class PidFile {

  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private final Path pid;
  private final Path birth;

  public PidFile(Path run, String name) {
    this.pid = run.resolve(name + ".pid");
    this.birth = run.resolve(name + ".birth");
  }

  /**
   * A shell program that writes both files of its own process and then becomes the command in its
   * arguments. So no supervisor can die between the start of a process and its pid file.
   */
  static final String WRITE_AND_BECOME =
      "cat " + BOOT_ID + " /proc/$$/stat > \"$2\" && echo $$ > \"$1\" && shift 2 && exec \"$@\"";

  Path pid() {
    return pid;
  }

  Path birth() {
    return birth;
  }

  /** Writes both files for a process that runs. */
  public void write(long id) throws IOException {
    Files.writeString(
        birth, Files.readString(BOOT_ID) + Files.readString(Path.of("/proc/" + id + "/stat")));
    Files.writeString(pid, id + "\n");
  }

  /** The process, if it still runs. */
  public Optional<LiveProcess> read() {
    try {
      if (!Files.exists(pid) || !Files.exists(birth)) {
        return Optional.empty();
      }
      String[] lines = Files.readString(birth).split("\n", 2);
      long id = Long.parseLong(Files.readString(pid).strip());
      if (lines.length < 2 || !lines[0].equals(Files.readString(BOOT_ID).strip())) {
        return Optional.empty();
      }
      return ProcFile.parse(lines[1])
          .map(born -> new LiveProcess(id, born.startTicks()))
          .filter(LiveProcess::alive);
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /**
   * A process by id and start time.
   *
   * @param startTicks as in {@link ProcFile}
   */
  public record LiveProcess(long pid, String startTicks) {

    public boolean alive() {
      return ProcFile.of(pid)
          .filter(now -> now.startTicks().equals(startTicks) && !now.ended())
          .isPresent();
    }
  }
}
