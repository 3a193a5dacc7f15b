package io.virga.control.operator.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs small programs of other packages to their end. Blocks. */
public final class Programs {

  private static final long TIMEOUT_SECONDS = 60;

  private Programs() {}

  /**
   * Runs a command and returns what it wrote on standard output; warnings are not part of it.
   *
   * @throws IllegalStateException with all that it said, if it fails or takes too long
   */
  public static String run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).start();
      process.getOutputStream().close();
      CompletableFuture<String> output = all(process.getInputStream());
      CompletableFuture<String> errors = all(process.getErrorStream());
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(command.getFirst() + " takes too long");
      }
      if (process.exitValue() != 0) {
        String said = (errors.join() + " " + output.join()).strip();
        throw new IllegalStateException(String.join(" ", command) + ": " + said);
      }
      return output.join();
    } catch (IOException e) {
      throw new IllegalStateException(
          "cannot run " + command.getFirst() + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + command.getFirst(), e);
    }
  }

  private static CompletableFuture<String> all(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
          } catch (IOException e) {
            return "";
          }
        },
        Programs::inThread);
  }

  /** Two block at once, which the common pool of a small machine has no room for. */
  private static void inThread(Runnable task) {
    Thread.ofVirtual().start(task);
  }
}
