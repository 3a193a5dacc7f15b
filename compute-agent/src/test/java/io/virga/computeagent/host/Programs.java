package io.virga.computeagent.host;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Runs programs and waits, always bounded. */
public final class Programs {

  private Programs() {}

  /** Starts a program whose output goes to a file. */
  public static Process start(Path output, Map<String, String> environment, List<String> command)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Runs a program to its end; fails unless it ends well within a minute. */
  public static void run(Path output, String... command) throws Exception {
    Process process = start(output, Map.of(), List.of(command));
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(String.join(" ", command) + " did not end");
    }
    if (process.exitValue() != 0) {
      throw new AssertionError(
          String.join(" ", command) + " ended with " + process.exitValue() + ", see " + output);
    }
  }

  /** Waits until something is so; fails when it is not so in time. */
  public static void await(String what, Duration atMost, BooleanSupplier so) {
    long end = System.nanoTime() + atMost.toNanos();
    while (!so.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(what + ": not within " + atMost);
      }
      LockSupport.parkNanos(50_000_000);
    }
  }

  /** Ends a process at once and waits for its end. */
  public static void kill(Process process) throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      throw new AssertionError("a killed process is still there");
    }
  }
}
