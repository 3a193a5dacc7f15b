package io.virga.control.operator.supervise;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Starts each process in a session of its own, with nothing on standard input and its output in
 * {@code log/S.out}, so that neither a Ctrl-C nor the supervisor's death reaches it.
 */
public final class PosixLauncher implements Launcher {

  private static final int SHOWN_OUTPUT_BYTES = 2048;
  private static final int SHOWN_LINE = 300;

  /** What the JVM says when it writes its AOT cache. */
  private static final String AOT_CHATTER =
      "(Temporary AOT|Reading AOT|Launching child|Removed temporary AOT|AOTCache creation|Picked up"
          + "|\\[[0-9.]+s\\]\\[[a-z]+ *\\]\\[aot).*";

  private final Path run;
  private final Path log;

  /**
   * @param run the folder of the pid files
   * @param log the folder of the outputs
   */
  public PosixLauncher(Path run, Path log) {
    this.run = run;
    this.log = log;
  }

  @Override
  public Running launch(Plan plan) throws IOException {
    PidFile file = new PidFile(run, plan.name());
    Files.deleteIfExists(file.pid());
    List<String> command = new ArrayList<>();
    command.addAll(List.of("setsid", "sh", "-c", PidFile.WRITE_AND_BECOME, plan.name()));
    command.addAll(List.of(file.pid().toString(), file.birth().toString()));
    command.addAll(plan.start().command().get());
    Path output = log.resolve(plan.name() + ".out");
    long outputBefore = Files.exists(output) ? Files.size(output) : 0;
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(plan.start().environment());
    builder.directory(run.toFile());
    builder.redirectInput(new File("/dev/null"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    return new Own(builder.start(), output, outputBefore);
  }

  @Override
  public Optional<Running> adopt(String name) {
    return new PidFile(run, name).read().map(Adopted::new);
  }

  @Override
  public boolean held(String name) {
    return new Hold(run, name).present();
  }

  private static void send(String signal, long pid) {
    // The whole session of a process that did not listen goes with it.
    String target = signal.equals("KILL") ? "-" + pid : Long.toString(pid);
    try {
      int status =
          new ProcessBuilder("sh", "-c", "kill -$0 -- $1 2>/dev/null", signal, target)
              .start()
              .waitFor();
      if (status != 0) {
        ProcessHandle.of(pid)
            .filter(ProcessHandle::isAlive)
            .ifPresent(
                signal.equals("KILL") ? ProcessHandle::destroyForcibly : ProcessHandle::destroy);
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot send a signal to process " + pid, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private record Own(Process process, Path output, long outputBefore) implements Running {

    @Override
    public long pid() {
      return process.pid();
    }

    @Override
    public boolean alive() {
      return process.isAlive();
    }

    @Override
    public Optional<String> ending() {
      int code = process.exitValue();
      String how = code > 128 ? "ended by signal " + (code - 128) : "ended with status " + code;
      return Optional.of(how + lastLine().map(line -> ": " + line).orElse(""));
    }

    @Override
    public void signal(String name) {
      send(name, pid());
    }

    /** A process that fails at its start says why in one line. */
    private Optional<String> lastLine() {
      try (RandomAccessFile file = new RandomAccessFile(output.toFile(), "r")) {
        long from = Math.max(outputBefore, file.length() - SHOWN_OUTPUT_BYTES);
        if (from >= file.length()) {
          return Optional.empty();
        }
        byte[] end = new byte[(int) (file.length() - from)];
        file.seek(from);
        file.readFully(end);
        return new String(end, StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.isBlank() && !line.matches(AOT_CHATTER))
            .reduce((first, last) -> last)
            .map(line -> line.length() > SHOWN_LINE ? line.substring(0, SHOWN_LINE) + "…" : line);
      } catch (IOException e) {
        return Optional.of("no output can be read: " + e.getMessage());
      }
    }
  }

  private record Adopted(PidFile.LiveProcess process) implements Running {

    @Override
    public long pid() {
      return process.pid();
    }

    @Override
    public boolean alive() {
      return process.alive();
    }

    @Override
    public Optional<String> ending() {
      return Optional.empty();
    }

    @Override
    public void signal(String name) {
      if (process.alive()) {
        send(name, pid());
      }
    }
  }
}
