package io.virga.computeagent.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A serial line at a real pseudo-terminal. */
@Timeout(20)
final class SerialLineTest {

  @Test
  void carriesBytesBothWays() throws Exception {
    try (PseudoTerminal guest = new PseudoTerminal();
        SerialLine line = SerialLine.open(guest.path())) {
      guest.write("login: ");
      assertThat(text(line.read())).isEqualTo("login: ");
      line.write(bytes("root\r"));
      assertThat(guest.read(5)).isEqualTo("root\r");
    }
  }

  @Test
  void writesMoreThanTheTerminalHoldsAsItIsRead() throws Exception {
    String much = "0123456789".repeat(5000);
    try (PseudoTerminal guest = new PseudoTerminal();
        SerialLine line = SerialLine.open(guest.path())) {
      CompletableFuture<Void> written = CompletableFuture.runAsync(() -> line.write(bytes(much)));
      assertThat(guest.read(much.length())).isEqualTo(much);
      written.get(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void endsWhoReadsAndWhoWritesWhenItIsClosed() throws Exception {
    try (PseudoTerminal guest = new PseudoTerminal()) {
      SerialLine line = SerialLine.open(guest.path());
      CompletableFuture<Optional<byte[]>> read = CompletableFuture.supplyAsync(line::read);
      CompletableFuture<Void> written =
          CompletableFuture.runAsync(() -> line.write(new byte[1 << 20]));
      line.close();
      line.close();
      assertThat(read.get(5, TimeUnit.SECONDS)).isEmpty();
      written.get(5, TimeUnit.SECONDS);
      assertThat(line.read()).isEmpty();
    }
  }

  @Test
  void endsWithTheGuest() throws Exception {
    PseudoTerminal guest = new PseudoTerminal();
    try (SerialLine line = SerialLine.open(guest.path())) {
      guest.write("bye");
      assertThat(text(line.read())).isEqualTo("bye");
      guest.close();
      assertThat(line.read()).isEmpty();
    }
  }

  @Test
  void failsWithoutATerminal() {
    assertThatThrownBy(() -> SerialLine.open(Path.of("/dev/pts/nothing")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/dev/pts/nothing");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(Optional<byte[]> bytes) {
    return new String(bytes.orElseThrow(), StandardCharsets.US_ASCII);
  }
}
