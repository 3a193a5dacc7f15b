package io.virga.blockstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

      String info = Tool.run("nbdinfo", node.unixUri("v1"));

      assertThat(info)
          .contains("export-size: 67108864", "can_multi_conn: true", "can_fua: true")
          .contains("can_trim: true", "can_zero: true", "can_fast_zero: true", "can_cache: true")
          .contains("base:allocation", "block_size_preferred: 4096");
      assertThat(Tool.run("nbdinfo", "--list", node.tcpUri(""))).contains("export=\"v1\"");
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
  void nbdinfoShowsWhatHasChangedSinceASnapshot() throws Exception {
    try (TestNode node = TestNode.open(directory, 256)) {
      node.blank("v1", 64 << 20);
      Tool.run("qemu-io", "-f", "raw", "-c", "write -P 1 0 8M", node.unixUri("v1"));
      TestNode.expectOk(node.pool().snapshot("s1", "v1"));
      Tool.run(
          "qemu-io",
          "-f",
          "raw",
          "-c",
          "write -P 2 1M 4k",
          "-c",
          "discard 4M 2M",
          "-c",
          "write -P 3 40M 4k",
          node.unixUri("v1"));

      assertThat(Tool.run("nbdinfo", node.unixUri("v1"))).contains("virga:changed-since:s1");
      String map = Tool.run("nbdinfo", "--map=virga:changed-since:s1", node.unixUri("v1"));
      assertThat(map.lines().map(line -> line.strip().replaceAll(" +", " ")))
          .containsExactly(
              "0 1048576 0",
              "1048576 4096 1",
              "1052672 3141632 0",
              "4194304 2097152 1",
              "6291456 35651584 0",
              "41943040 1048576 1",
              "42991616 24117248 0");
    }
  }

  @Test
  void aReadOnlyExportIsOneToItsClients() throws Exception {
    try (TestNode node = TestNode.open(directory, 256)) {
      node.blank("v1", 8 << 20);
      TestNode.expectOk(node.pool().snapshot("s1", "v1"));
      node.export(VolumeKind.SNAPSHOT, "s1", "s1");

      Tool.run("nbdinfo", "--is", "readonly", node.unixUri("s1"));
      Tool.failing("nbdinfo", "--can", "trim", node.unixUri("s1"));
      assertThat(Tool.failing("qemu-io", "-f", "raw", "-c", "write 0 512", node.unixUri("s1")))
          .contains("Permission denied");
      for (String what : List.of("flush", "fua", "trim", "zero", "fast-zero", "cache", "df")) {
        Tool.run("nbdinfo", "--can", what, node.unixUri("v1"));
      }
      Tool.run("nbdinfo", "--can", "multi-conn", node.unixUri("s1"));
    }
  }

  @Test
  void severalConnectionsAreOneDisk() throws Exception {
    byte[] bytes = new byte[40 << 20];
    new Random(8).nextBytes(bytes);
    Path in = Files.write(directory.resolve("in.raw"), bytes);
    Path out = directory.resolve("out.raw");
    try (TestNode node = TestNode.open(directory, 256)) {
      node.blank("v1", bytes.length);
      Tool.run("nbdcopy", "--connections=4", "--flush", in.toString(), node.unixUri("v1"));
      Tool.run("nbdcopy", "--connections=4", node.tcpUri("v1"), out.toString());
      Tool.run("qemu-img", "compare", "-f", "raw", "-F", "raw", in.toString(), node.unixUri("v1"));
    }
    assertThat(Files.mismatch(in, out)).isEqualTo(-1);
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
