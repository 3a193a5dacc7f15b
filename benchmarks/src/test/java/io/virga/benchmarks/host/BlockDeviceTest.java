package io.virga.benchmarks.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockDeviceTest {

  private static final int BYTES = 1 << 20;

  @Test
  void countsWhatReachesTheDevice(@TempDir Path directory) throws IOException {
    Optional<BlockDevice> device = BlockDevice.holding(directory);
    assumeThat(device).as("a device below " + directory).isPresent();
    long before = device.orElseThrow().writtenBytes();
    Files.write(directory.resolve("file"), new byte[BYTES]);
    assertThat(device.orElseThrow().writtenBytes() - before).isGreaterThanOrEqualTo(BYTES);
  }

  @Test
  void findsNoneBelowTheKernelsOwnFiles() {
    assertThat(BlockDevice.holding(Path.of("/proc"))).isEmpty();
  }
}
