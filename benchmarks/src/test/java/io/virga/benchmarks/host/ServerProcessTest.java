package io.virga.benchmarks.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.benchmarks.cloud.Patience;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ServerProcessTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir private Path directory = Path.of("");

  @Test
  void endsTheServerAndItsChildren() {
    ServerProcess server = start("sleep 1000 & sleep 1000 & wait");
    List<ProcessHandle> all =
        Patience.await(
            "three processes",
            LIMIT,
            Duration.ofMillis(20),
            () -> Optional.of(server.processes().toList()).filter(list -> list.size() == 3));
    assertThat(ProcessFigures.of(all).residentMebibytes()).isPositive();
    server.close();
    for (ProcessHandle process : all) {
      process.onExit().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
      assertThat(process.isAlive()).isFalse();
    }
  }

  @Test
  void saysWhyServerEnded() {
    try (ServerProcess server = start("echo no such ring >&2; exit 3")) {
      Patience.await(
          "its end",
          LIMIT,
          Duration.ofMillis(20),
          () ->
              Optional.of(true)
                  .filter(any -> server.processes().noneMatch(ProcessHandle::isAlive)));
      assertThatThrownBy(server::checkAlive)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("ended with 3")
          .hasMessageContaining("no such ring");
    }
  }

  private ServerProcess start(String script) {
    return ServerProcess.start(directory, "server.out", Map.of(), List.of("sh", "-c", script));
  }
}
