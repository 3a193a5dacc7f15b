package io.virga.benchmarks.cloud;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs other people's programs with a fixed environment, each bounded in time. Output goes through
 * files, so that no program ever waits for us to read.
 *
 * @param environment set on top of this process's
 * @param directory where programs run
 * @param before a program that becomes what follows it; may be empty
 */
public record Shell(Map<String, String> environment, Path directory, List<String> before) {

  private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(120);

  public Shell {
    environment = Map.copyOf(environment);
    before = List.copyOf(before);
  }

  /** Programs as they are. */
  public Shell(Map<String, String> environment, Path directory) {
    this(environment, directory, List.of());
  }

  /** What a program left behind. */
  public record Result(List<String> command, int exitCode, String out, String err) {

    /** Standard output of a program that must succeed. */
    public String orFail() {
      if (exitCode != 0) {
        throw new IllegalStateException(
            String.join(" ", command) + " ended with " + exitCode + "\n" + out + "\n" + err);
      }
      return out;
    }
  }

  /** Runs a program to its end, and returns its standard output; throws unless it exits 0. */
  public String run(String... command) {
    return attempt(DEFAULT_LIMIT, command).orFail();
  }

  /** Runs a program to its end, whatever its exit code; it is ended by force after two minutes. */
  public Result attempt(String... command) {
    return attempt(DEFAULT_LIMIT, command);
  }

  /**
   * Runs a program to its end.
   *
   * @throws IllegalStateException if it had to be ended by force after {@code limit}
   */
  public Result attempt(Duration limit, String... command) {
    try {
      Path out = Files.createTempFile("virga-out", ".txt");
      Path err = Files.createTempFile("virga-err", ".txt");
      try {
        Process process = start(out, err, command);
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
          throw new IllegalStateException(
              String.join(" ", command)
                  + " did not end within "
                  + limit
                  + "\n"
                  + Files.readString(out));
        }
        return new Result(
            List.of(command), process.exitValue(), Files.readString(out), Files.readString(err));
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + command[0], e);
    }
  }

  private Process start(Path out, Path err, String... command) throws IOException {
    List<String> whole = new ArrayList<>(before);
    whole.addAll(List.of(command));
    ProcessBuilder builder = new ProcessBuilder(whole).directory(directory.toFile());
    builder.environment().keySet().removeIf(Shell::setsAClient);
    builder.environment().putAll(environment);
    // Programs of the distribution before a user's own, so that what is tested is what a package
    // brings.
    builder.environment().put("PATH", "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin");
    return builder
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .redirectOutput(out.toFile())
        .redirectError(err.toFile())
        .start();
  }

  /** Whether a variable is a user's own setting of one of the clients that are tested. */
  private static boolean setsAClient(String variable) {
    return variable.startsWith("AWS_")
        || variable.startsWith("OS_")
        || variable.startsWith("RCLONE_");
  }
}
