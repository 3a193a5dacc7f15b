package io.virga.netagent.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs commands of the system, each bounded in time. */
public final class Shell {

  private static final int TIMEOUT_SECONDS = 30;

  private Shell() {}

  /** What a command printed and how it ended. */
  public record Result(int exitCode, String output) {

    public boolean succeeded() {
      return exitCode == 0;
    }
  }

  /** Runs it to its end, whatever that is. */
  public static Result run(String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("virga-shell", ".out");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      return new Result(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1));
    } finally {
      Files.delete(output);
    }
  }

  /** Runs it and insists that it succeeds. */
  public static String must(String... command) throws IOException, InterruptedException {
    Result result = run(command);
    if (!result.succeeded()) {
      throw new IllegalStateException(Arrays.toString(command) + " failed: " + result.output());
    }
    return result.output();
  }

  /** Runs a line of words separated by blanks and insists that it succeeds. */
  public static String line(String words) throws IOException, InterruptedException {
    return must(List.of(words.split(" ")).toArray(String[]::new));
  }
}
