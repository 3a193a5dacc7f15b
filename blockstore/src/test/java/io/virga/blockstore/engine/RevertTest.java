package io.virga.blockstore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.dataplane.watch.Eventually;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A volume takes the contents of a snapshot. */
@Timeout(60)
class RevertTest {

  private static final int MIB = TestPool.MIB;

  private static void volumeWithSnapshot(TestPool node) throws Exception {
    TestPool.expectOk(node.pool().create("v1", 4 * MIB));
    TestPool.expectOk(node.fill("v1", 0, 2 * MIB, 1));
    TestPool.expectOk(node.pool().snapshot("s1", "v1"));
    TestPool.expectOk(node.fill("v1", 4096, 3 * MIB, 2));
  }

  @Test
  void bringsBackWhatTheSnapshotHasAndKeepsBothApart() throws Exception {
    try (TestPool node = TestPool.open(64)) {
      volumeWithSnapshot(node);

      TestPool.expectOk(node.pool().revert("v1", "s1", 1));

      assertThat(node.read("v1", 0, 2 * MIB)).containsOnly(1);
      assertThat(node.read("v1", 2 * MIB, 2 * MIB)).containsOnly(0);
      TestPool.expectOk(node.fill("v1", 0, 8192, 3));
      TestPool.expectOk(node.fill("v1", 3 * MIB, 8192, 3));
      TestPool.expectOk(node.pool().cloneOf(VolumeKind.SNAPSHOT, "s1", "c1", 4 * MIB));
      assertThat(node.read("c1", 0, 2 * MIB)).containsOnly(1);
      assertThat(node.read("c1", 2 * MIB, 2 * MIB)).containsOnly(0);
      assertThat(node.read("v1", 0, 8192)).containsOnly(3);
    }
  }

  @Test
  void isDoneOnceForEachRequest() throws Exception {
    try (TestPool node = TestPool.open(64)) {
      volumeWithSnapshot(node);
      TestPool.expectOk(node.pool().revert("v1", "s1", 7));
      TestPool.expectOk(node.fill("v1", 0, 4096, 3));

      TestPool.expectOk(node.pool().revert("v1", "s1", 7));
      assertThat(node.read("v1", 0, 4096)).containsOnly(3);

      TestPool.expectOk(node.pool().revert("v1", "s1", 8));
      assertThat(node.read("v1", 0, 4096)).containsOnly(1);
    }
  }

  @Test
  void keepsTheSizeToWhichTheVolumeHasGrown() throws Exception {
    try (TestPool node = TestPool.open(64)) {
      volumeWithSnapshot(node);
      TestPool.expectOk(node.pool().grow("v1", 6 * MIB));
      TestPool.expectOk(node.fill("v1", 5 * MIB, MIB, 4));

      TestPool.expectOk(node.pool().revert("v1", "s1", 1));

      assertThat(node.read("v1", 2 * MIB, 4 * MIB)).containsOnly(0);
      TestPool.expectOk(node.fill("v1", 5 * MIB, MIB, 5));
      assertThat(node.read("v1", 5 * MIB, MIB)).containsOnly(5);
    }
  }

  @Test
  void waitsForWritesThatHaveBegunAndLetsThoseThatComeWait() throws Exception {
    try (TestPool node = TestPool.open(64)) {
      volumeWithSnapshot(node);
      node.disk().stick();
      final CompletableFuture<Outcome> before = node.fill("v1", 0, 4096, 5);
      final CompletableFuture<Outcome> revert = node.pool().revert("v1", "s1", 1);
      final CompletableFuture<Outcome> behind = node.fill("v1", 8192, 4096, 6);
      node.settle();
      assertThat(revert).isNotDone();

      node.disk().unstick(node.loop());

      assertThat(TestPool.of(before)).isEqualTo(Outcome.OK);
      assertThat(TestPool.of(revert)).isEqualTo(Outcome.OK);
      assertThat(TestPool.of(behind)).isEqualTo(Outcome.OK);
      assertThat(node.read("v1", 0, 8192)).containsOnly(1);
      assertThat(node.read("v1", 8192, 4096)).containsOnly(6);
    }
  }

  @Test
  void givesBackWhatTheVolumeHadWrittenSince() throws Exception {
    try (TestPool node = TestPool.open(64)) {
      volumeWithSnapshot(node);
      TestPool.expectOk(node.pool().revert("v1", "s1", 1));
      TestPool.expectOk(node.flush("v1"));

      List<VolumeInfo> all = node.pool().list().get(10, TimeUnit.SECONDS);

      assertThat(all).extracting(VolumeInfo::allocatedBytes).containsOnly(2L * MIB);
      TestPool.expectOk(node.pool().delete(VolumeKind.SNAPSHOT, "s1"));
      TestPool.expectOk(node.pool().delete(VolumeKind.VOLUME, "v1"));
      Eventually.isTrue("empty", () -> node.usedMib() == 0);
    }
  }

  @Test
  void isInvalidWithALargerSnapshot() throws Exception {
    try (TestPool node = TestPool.open(64)) {
      volumeWithSnapshot(node);
      TestPool.expectOk(node.pool().create("small", MIB));

      assertThat(TestPool.of(node.pool().revert("small", "s1", 1))).isEqualTo(Outcome.INVALID);
    }
  }

  @Test
  void isInvalidWithoutTheSnapshotOrTheVolume() throws Exception {
    try (TestPool node = TestPool.open(64)) {
      volumeWithSnapshot(node);

      assertThat(TestPool.of(node.pool().revert("v1", "s2", 1))).isEqualTo(Outcome.INVALID);
      assertThat(TestPool.of(node.pool().revert("v2", "s1", 1))).isEqualTo(Outcome.INVALID);
      assertThat(node.read("v1", 4096, MIB)).containsOnly(2);
    }
  }
}
