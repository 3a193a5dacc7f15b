package io.virga.dataplane.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RingTest {

  @TempDir Path directory;

  @Test
  void comesBackFromItsFile() throws IOException {
    Path file = directory.resolve("object.ring");
    InitialRing.ensure(file, List.of("127.0.0.1"), 8710, "d1");
    byte[] first = Files.readAllBytes(file);
    InitialRing.ensure(file, List.of("127.0.0.1"), 8710, "d1");
    assertThat(Files.readAllBytes(file)).isEqualTo(first);
    Ring ring = RingFile.read(file);
    PathHash hash =
        new PathHasher("secret".getBytes(java.nio.charset.StandardCharsets.UTF_8))
            .hash("AUTH_p", "c", "o");
    assertThat(ring.devicesOf(hash)).extracting(RingDevice::name).containsExactly("d1");
  }

  @Test
  void takesThePartitionFromTheTopOfTheHash() {
    PathHash hash = new PathHash(0xABCD_0000_0000_0000L, 0);
    assertThat(hash.partition(8)).isEqualTo(0xAB);
    assertThat(hash.partition(0)).isZero();
    assertThat(hash.toBytes()).startsWith(0xAB, 0xCD);
  }
}
