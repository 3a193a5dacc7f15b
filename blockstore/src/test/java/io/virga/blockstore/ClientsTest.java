package io.virga.blockstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** NBD clients of others against a node. */
@Tag("e2e")
@Timeout(180)
class ClientsTest {

  @TempDir Path directory;

  @Test
  void nbdinfoShowsWhatTheExportCan() throws Exception {
    try (TestNode node = TestNode.open(directory, 256)) {
      node.blank("v1", 64 << 20);

      String info = Tool.run("nbdinfo", "--no-content", node.unixUri("v1"));

      assertThat(info)
          .contains("export-size: 67108864", "can_multi_conn: true", "can_fua: true")
          .contains("can_trim: true", "can_zero: true", "can_fast_zero: true", "can_cache: true")
          .contains("base:allocation", "block_size_preferred: 4096");
      assertThat(Tool.run("nbdinfo", "--no-content", "--list", node.tcpUri("")))
          .contains("export=\"v1\"");
      assertThat(Tool.run("nbdinfo", "--map", node.unixUri("v1")))
          .containsPattern("0 +67108864 +3 +hole,zero");
    }
  }

  @Test
  void qemuIoReadsWhatItWrote() throws Exception {
    try (TestNode node = TestNode.open(directory, 256)) {
      node.blank("v1", 64 << 20);

      String said =
          Tool.run(
              "qemu-io",
              "-f",
              "raw",
              "-c",
              "write -P 0x5a 4096 65536",
              "-c",
              "write -P 0x11 1000 512",
              "-c",
              "flush",
              "-c",
              "read -P 0x5a 4096 65536",
              "-c",
              "read -P 0x11 1000 512",
              "-c",
              "read -P 0 0 1000",
              "-c",
              "discard 8192 8192",
              "-c",
              "read -P 0 8192 8192",
              "-c",
              "write -z 20480 4096",
              "-c",
              "read -P 0 20480 4096",
              "-c",
              "read -P 0x5a 24576 4096",
              node.unixUri("v1"));

      assertThat(said).doesNotContain("ailed", "Pattern verification");
    }
  }

  @Test
  void nbdcopyBringsBackTheSameBytes() throws Exception {
    byte[] bytes = new byte[40 << 20];
    new Random(7).nextBytes(bytes);
    Path in = Files.write(directory.resolve("in.raw"), bytes);
    Path out = directory.resolve("out.raw");
    try (TestNode node = TestNode.open(directory, 256)) {
      node.blank("v1", bytes.length);
      Tool.run("nbdcopy", "--flush", in.toString(), node.tcpUri("v1"));
      Tool.run("nbdcopy", node.unixUri("v1"), out.toString());
    }
    assertThat(Files.mismatch(in, out)).isEqualTo(-1);
  }
}
