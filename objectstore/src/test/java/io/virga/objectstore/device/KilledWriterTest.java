package io.virga.objectstore.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that writes is killed while it does; all that it said was done is there. */
class KilledWriterTest {

  @TempDir Path home;

  /** The writer: says a line for each write that was acknowledged. */
  public static final class Writer {

    private Writer() {}

    public static void main(String[] arguments) throws IOException {
      Random random = new Random(Long.parseLong(arguments[1]));
      PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
      try (TestDevice device = TestDevice.open(Path.of(arguments[0]))) {
        if (device.device.index().container(TestDevice.CONTAINER).isEmpty()) {
          device.makeContainer();
        }
        for (int i = 0; i < 1_000_000; i++) {
          String name = "o" + random.nextInt(500);
          int length = random.nextInt(8) == 0 ? random.nextInt(200_000) : random.nextInt(5000);
          out.println("begin " + name);
          if (random.nextInt(5) == 0) {
            device.delete(name);
            out.println("gone " + name);
          } else {
            device.put(name, length);
            out.println("put " + name + " " + length);
          }
        }
      }
    }
  }

  @Test
  void losesNothingThatWasAcknowledged() throws Exception {
    Map<String, Integer> expected = new HashMap<>();
    for (int round = 0; round < 3; round++) {
      String unsure = writeAndKill(expected, round);
      try (TestDevice device = TestDevice.open(home.resolve("d1"))) {
        expected.forEach(
            (name, length) -> {
              if (!name.equals(unsure)) {
                if (length < 0) {
                  assertThat(device.read(name)).as(name).isEmpty();
                } else {
                  assertThat(device.read(name).orElseThrow())
                      .as(name)
                      .isEqualTo(TestDevice.bytes(name, length));
                }
              }
            });
        expected.remove(unsure);
      }
    }
    assertThat(expected).hasSizeGreaterThan(20);
  }

  /** Returns the name whose write was going on. */
  private String writeAndKill(Map<String, Integer> expected, int round) throws Exception {
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                home.resolve("d1").toString(),
                Integer.toString(round))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String unsure = "";
    int acknowledged = 0;
    int enough = 150 + round * 130;
    try (BufferedReader lines = writer.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ", -1);
        switch (words[0]) {
          case "begin" -> unsure = words[1];
          case "put" -> {
            expected.put(words[1], Integer.parseInt(words[2]));
            unsure = "";
            acknowledged++;
          }
          case "gone" -> {
            expected.put(words[1], -1);
            unsure = "";
            acknowledged++;
          }
          default -> {}
        }
        if (acknowledged == enough) {
          writer.toHandle().destroyForcibly();
        }
      }
    } finally {
      writer.destroyForcibly();
    }
    assertThat(writer.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(acknowledged).isGreaterThanOrEqualTo(enough);
    return unsure;
  }
}
