package io.virga.blockstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Runs a client of someone else's. */
public final class Tool {

  private Tool() {}

  /** Its output; the test fails if it does, or takes longer than 40 s. */
  public static String run(String... command) throws IOException, InterruptedException {
    Ended ended = end(command);
    assertThat(ended.code).as("exit code of %s; it said: %s", command[0], ended.text).isZero();
    return ended.text;
  }

  /** What it says of its failure; the test fails if it does not, or takes longer than 40 s. */
  public static String failing(String... command) throws IOException, InterruptedException {
    Ended ended = end(command);
    assertThat(ended.code).as("exit code of %s; it said: %s", command[0], ended.text).isNotZero();
    return ended.text;
  }

  private static Ended end(String... command) throws IOException, InterruptedException {
    Path out = Files.createTempFile("tool", ".out");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    boolean ended = process.waitFor(40, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    String text = Files.readString(out, StandardCharsets.UTF_8);
    Files.delete(out);
    assertThat(ended).as("%s ended; it said: %s", command[0], text).isTrue();
    return new Ended(process.exitValue(), text);
  }

  private record Ended(int code, String text) {}
}
