package io.virga.blockstore.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.blockstore.TestNode;
import io.virga.blockstore.Tool;
import io.virga.blockstore.iscsi.Conformance.Verdict;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.dataplane.desired.IscsiAccess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Initiators of others against a node. */
@Tag("e2e")
@Timeout(600)
class ConformanceTest {

  /** What is not claimed; docs/SPECIFICATION.md says why. */
  private static final String NOT_CLAIMED =
      "NoMedia\\..*|PreventAllow\\..*|StartStopUnit\\.Simple|WriteAtomic16\\..*|ReadOnly\\..*|MultipathIO\\..*"
          + "|Sanitize\\.(CryptoErase|CryptoEraseReserved|Readonly|Reservations|Reset)"
          + "|GetLBAStatus\\.UnmapSingle|ReportSupportedOpcodes\\.OneCommand"
          + "|WriteSame10\\.UnmapUntilEnd";

  private static final int LEAST_PASSED = 200;
  private static final Logger LOG = LoggerFactory.getLogger(ConformanceTest.class);

  @TempDir Path directory;

  @Test
  void whatIsClaimedPassesTheConformanceTests() throws Exception {
    try (TestNode node = TestNode.open(directory, 512)) {
      node.blank("v1", 128 << 20);

      Map<String, Verdict> verdicts = Conformance.run("ALL", node.iscsiUrl("v1"));

      List<String> passed = Conformance.those(verdicts, Verdict.PASSED);
      List<String> skipped = Conformance.those(verdicts, Verdict.SKIPPED);
      List<String> failed = Conformance.those(verdicts, Verdict.FAILED);
      LOG.info(
          "iscsi-test-cu: {} passed, {} skipped {}, {} failed {}",
          passed.size(),
          skipped.size(),
          skipped,
          failed.size(),
          failed);
      assertThat(failed).allMatch(test -> test.matches(NOT_CLAIMED));
      assertThat(skipped).allMatch(test -> test.matches(NOT_CLAIMED));
      assertThat(passed).hasSizeGreaterThanOrEqualTo(LEAST_PASSED);
    }
  }

  @Test
  void twoPathsToAVolumeAreOneDisk() throws Exception {
    try (TestNode node = TestNode.open(directory, 256)) {
      node.blank("v1", 64 << 20);

      Map<String, Verdict> verdicts =
          Conformance.run("ALL.MultipathIO", node.iscsiUrl("v1"), node.iscsiUrl("v1"));

      assertThat(verdicts).hasSize(4);
      assertThat(Conformance.those(verdicts, Verdict.PASSED)).hasSize(4);
    }
  }

  @Test
  void aSnapshotIsWriteProtected() throws Exception {
    try (TestNode node = TestNode.open(directory, 256)) {
      node.blank("v1", 64 << 20);
      TestNode.expectOk(node.pool().snapshot("s1", "v1"));
      node.export(VolumeKind.SNAPSHOT, "s1", "s1");

      Map<String, Verdict> verdicts = Conformance.run("ALL.ReadOnly", node.iscsiUrl("s1"));

      assertThat(verdicts).containsEntry("ReadOnly.ReadOnlySBC", Verdict.PASSED);
    }
  }

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
