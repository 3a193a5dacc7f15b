package io.virga.computeagent.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleLogTest {

  private static final long LIMIT = 1 << 20;

  @TempDir Path folder;

  @Test
  void givesTheEndOfALog() throws IOException {
    Path log = folder.resolve("console.log");
    Files.writeString(log, "one\ntwo\nthree\n");
    assertThat(text(log, 6)).isEqualTo("three\n");
    assertThat(text(log, 1000)).isEqualTo("one\ntwo\nthree\n");
    assertThat(text(log, 0)).isEmpty();
  }

  @Test
  void hasNoLogOfAnUnknownInstance() throws IOException {
    assertThat(ConsoleLog.tail(folder.resolve("console.log"), 10)).isEmpty();
    ConsoleLog.limit(folder.resolve("console.log"), 10);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void leavesAShortLogAlone() throws IOException {
    Path log = folder.resolve("console.log");
    Files.writeString(log, "short");
    ConsoleLog.limit(log, LIMIT);
    assertThat(log).hasContent("short");
  }

  @Test
  void shortensALogThatIsBeingWrittenAndKeepsItsEnd() throws IOException {
    Path log = folder.resolve("console.log");
    try (OutputStream guest =
        Files.newOutputStream(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      int line = 0;
      for (int round = 0; round < 5; round++) {
        while (Files.size(log) <= LIMIT) {
          StringBuilder lines = new StringBuilder();
          for (int i = 0; i < 1000; i++) {
            lines.append("%015d\n".formatted(line++));
          }
          guest.write(lines.toString().getBytes(StandardCharsets.US_ASCII));
        }
        ConsoleLog.limit(log, LIMIT);
        assertThat(Files.size(log)).isBetween(LIMIT / 2, LIMIT);
        assertThat(text(log, 16)).isEqualTo("%015d\n".formatted(line - 1));
      }
      long lines = Files.size(log) / 16;
      assertThat(text(log, (int) Files.size(log)).lines().findFirst())
          .contains("%015d".formatted(line - lines));
    }
  }

  private static String text(Path log, int bytes) throws IOException {
    return new String(ConsoleLog.tail(log, bytes).orElseThrow(), StandardCharsets.US_ASCII);
  }
}
