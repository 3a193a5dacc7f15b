package io.virga.benchmarks.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloudTest {

  /** Stands for {@code ./virga status}: starts what is dead, and says so, once. */
  private static final String VIRGA =
      """
      #!/bin/sh
      pid="$3/run/objectstore.pid"
      kill -0 "$(cat "$pid")" 2>/dev/null && exit 0
      sleep 60 &
      echo $! > "$pid"
      exit 1
      """;

  @TempDir private Path directory;

  @Test
  void killsAProcessAndReturnsWhenAnotherIsInItsPlace() throws Exception {
    Cloud cloud = cloud();
    Path pidFile = directory.resolve("home/run/objectstore.pid");
    Process first = new ProcessBuilder("sleep", "60").start();
    Files.writeString(pidFile, first.pid() + "\n");
    try {
      cloud.killAndAwaitHealthy("objectstore");
      assertThat(first.waitFor(5, TimeUnit.SECONDS)).isTrue();
      assertThat(first.exitValue()).isEqualTo(128 + 9);
      assertThat(Files.readString(pidFile).strip()).isNotEqualTo(Long.toString(first.pid()));
    } finally {
      first.destroyForcibly();
      ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip()))
          .ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void refusesToKillWhatDoesNotRun() throws IOException {
    Cloud cloud = cloud();
    assertThatThrownBy(() -> cloud.killAndAwaitHealthy("blockstore"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("blockstore does not run");
  }

  @Test
  void saysWhichProcessesItHas() throws IOException {
    Cloud cloud = cloud();
    assertThat(cloud.pids()).isEmpty();
    Files.writeString(directory.resolve("home/run/objectstore.pid"), "4711\n");
    Files.writeString(directory.resolve("home/run/control.pid"), "12\n");
    Files.writeString(directory.resolve("home/run/control.hold"), "");
    assertThat(cloud.pids()).containsExactlyInAnyOrder(4711L, 12L);
  }

  private Cloud cloud() throws IOException {
    Path program = Files.writeString(directory.resolve("virga"), VIRGA);
    assertThat(program.toFile().setExecutable(true)).isTrue();
    Files.createDirectories(directory.resolve("home/run"));
    return new Cloud(directory, directory.resolve("home"));
  }
}
