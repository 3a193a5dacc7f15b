package io.virga.blockstore.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.blockstore.TestNode;
import io.virga.blockstore.Tool;
import io.virga.dataplane.desired.IscsiAccess;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Initiators of others against a node. */
@Tag("e2e")
@Timeout(120)
class InitiatorsTest {

  @TempDir Path directory;

  @Test
  void discoveryFindsTheTargets() throws Exception {
    try (TestNode node = TestNode.open(directory, 256)) {
      node.blank("v1", 64 << 20);

      assertThat(Tool.run("iscsi-ls", "-s", "iscsi://" + node.portal()))
          .contains("Target:iqn.2026-01.io.virga:v1", "Lun:0");
    }
  }

  @Test
  void onlyWhoKnowsTheSecretGetsIn() throws Exception {
    try (TestNode node = TestNode.open(directory, 256)) {
      node.blank("secret", 64 << 20);
      String target = node.portal() + "/" + IscsiAccess.target("secret") + "/0";
      String both = "?target_user=target&target_password=retnuhretnuh";

      assertThat(Tool.run("iscsi-inq", "iscsi://me%hunter2hunter2@" + target)).contains("VIRGA");
      assertThat(Tool.run("iscsi-inq", "iscsi://me%hunter2hunter2@" + target + both))
          .contains("VIRGA");
      assertThat(Tool.failing("iscsi-inq", "iscsi://me%hunter3hunter3@" + target))
          .contains("Authentication failure");
      assertThat(Tool.failing("iscsi-inq", "iscsi://" + target)).contains("Authentication failure");
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
              "write -P 0x5a 4096 3145728",
              "-c",
              "write -P 0x11 1024 512",
              "-c",
              "flush",
              "-c",
              "read -P 0x5a 4096 3145728",
              "-c",
              "read -P 0x11 1024 512",
              "-c",
              "discard 8192 8192",
              "-c",
              "read -P 0 8192 8192",
              "-c",
              "write -z 20480 4096",
              "-c",
              "read -P 0 20480 4096",
              node.iscsiUrl("v1"));

      assertThat(said).doesNotContain("ailed", "Pattern verification");
    }
  }
}
