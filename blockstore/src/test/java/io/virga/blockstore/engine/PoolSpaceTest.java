package io.virga.blockstore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.blockstore.storage.SegmentStore;
import io.virga.dataplane.watch.Eventually;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Space that is taken, given back, missing, and there again. */
@Timeout(120)
class PoolSpaceTest {

  private static final int MIB = TestPool.MIB;

  private static void usedIs(TestPool node, long mib) {
    Eventually.isTrue(mib + " MiB used", () -> node.usedMib() == mib);
  }

  @Test
  void trimGivesSpaceBack() throws Exception {
    try (TestPool node = TestPool.open(64)) {
      TestPool.expectOk(node.pool().create("v1", 16 * MIB));
      TestPool.expectOk(node.fill("v1", 0, 16 * MIB, 1));
      usedIs(node, 16);

      TestPool.expectOk(node.trim("v1", 4 * MIB, 8 * MIB));

      usedIs(node, 8);
      assertThat(node.read("v1", 4 * MIB, 8 * MIB)).containsOnly(0);
    }
  }

  @Test
  void trimOfASharedRangeGivesSpaceBackWhenTheLastSharerTrims() throws Exception {
    try (TestPool node = TestPool.open(64)) {
      TestPool.expectOk(node.pool().create("v1", 16 * MIB));
      TestPool.expectOk(node.fill("v1", 0, 16 * MIB, 1));
      TestPool.expectOk(node.pool().snapshot("s1", "v1"));
      TestPool.expectOk(node.trim("v1", 0, 16 * MIB));
      TestPool.expectOk(node.flush("v1"));
      usedIs(node, 16);

      TestPool.expectOk(node.pool().delete(VolumeKind.SNAPSHOT, "s1"));

      usedIs(node, 0);
    }
  }

  @Test
  void blocksThatAreTrimmedAndWrittenAgainTakeNoMoreSpaceThanBefore() throws Exception {
    try (TestPool node = TestPool.open(64)) {
      TestPool.expectOk(node.pool().create("v1", 8 * MIB));
      TestPool.expectOk(node.fill("v1", 0, 8 * MIB, 1));
      for (int round = 0; round < 4; round++) {
        for (int block = round; block < 2048; block += 7) {
          TestPool.expectOk(node.trim("v1", block * 4096L, 4096));
        }
        TestPool.expectOk(node.flush("v1"));
        for (int block = round; block < 2048; block += 7) {
          TestPool.expectOk(node.fill("v1", block * 4096L, 4096, 2));
        }
      }
      usedIs(node, 8);
    }
  }

  @Test
  void aFullPoolRefusesOnlyWhatNeedsSpaceAndRecovers() throws Exception {
    try (TestPool node = TestPool.open(16)) {
      TestPool.expectOk(node.pool().create("v1", 32 * MIB));
      TestPool.expectOk(node.pool().create("v2", 32 * MIB));
      TestPool.expectOk(node.fill("v1", 0, 12 * MIB, 1));
      TestPool.expectOk(node.fill("v2", 0, 4 * MIB, 2));
      assertThat(node.usedMib()).isEqualTo(16);

      assertThat(TestPool.of(node.fill("v2", 8 * MIB, MIB, 3))).isEqualTo(Outcome.NO_SPACE);
      assertThat(TestPool.of(node.fill("v2", 8 * MIB, 4096, 3))).isEqualTo(Outcome.NO_SPACE);
      TestPool.expectOk(node.fill("v2", 0, 4 * MIB, 4));
      TestPool.expectOk(node.flush("v2"));
      assertThat(node.read("v2", 0, 4 * MIB)).containsOnly(4);
      assertThat(node.read("v2", 8 * MIB, MIB)).containsOnly(0);
      TestPool.expectOk(node.pool().snapshot("s1", "v1"));
      assertThat(TestPool.of(node.fill("v1", 0, 4096, 5))).isEqualTo(Outcome.NO_SPACE);
      assertThat(node.read("v1", 0, 4096)).containsOnly(1);

      TestPool.expectOk(node.pool().delete(VolumeKind.SNAPSHOT, "s1"));
      TestPool.expectOk(node.fill("v1", 0, 4096, 5));
      TestPool.expectOk(node.trim("v1", 4 * MIB, 2 * MIB));
      TestPool.expectOk(node.fill("v2", 8 * MIB, MIB, 6));
      assertThat(node.read("v2", 8 * MIB, MIB)).containsOnly(6);
      TestPool.expectOk(node.pool().delete(VolumeKind.VOLUME, "v1"));
      TestPool.expectOk(node.fill("v2", 10 * MIB, 10 * MIB, 7));
      assertThat(node.read("v2", 10 * MIB, 10 * MIB)).containsOnly(7);
    }
  }

  @Test
  void aFullPoolRefusesAtOnceAlsoWhileOthersFlushAllTheTime() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    try (TestPool node = TestPool.open(8)) {
      TestPool.expectOk(node.pool().create("v1", 32 * MIB));
      TestPool.expectOk(node.fill("v1", 0, 8 * MIB, 1));
      CompletableFuture<Void> flushing =
          CompletableFuture.runAsync(
              () -> {
                while (!stop.get()) {
                  node.fill("v1", 0, 4096, 2).join();
                  node.flush("v1").join();
                }
              });

      for (int i = 0; i < 50; i++) {
        assertThat(TestPool.of(node.fill("v1", 16 * MIB, 4096, 3))).isEqualTo(Outcome.NO_SPACE);
      }

      stop.set(true);
      flushing.join();
    }
  }

  @Test
  void aWriteWaitsForASpaceThatADeletedVolumeStillHolds() throws Exception {
    try (TestPool node = TestPool.open(16)) {
      TestPool.expectOk(node.pool().create("v1", 32 * MIB));
      TestPool.expectOk(node.pool().create("v2", 32 * MIB));
      TestPool.expectOk(node.fill("v1", 0, 16 * MIB, 1));
      TestPool.expectOk(node.pool().delete(VolumeKind.VOLUME, "v1"));

      TestPool.expectOk(node.fill("v2", 0, 16 * MIB, 3));

      assertThat(node.read("v2", 0, 16 * MIB)).containsOnly(3);
    }
  }

  @Test
  void growsAgainWhenItsDiskHasSpaceAgain() throws Exception {
    try (TestPool node = TestPool.open(64)) {
      TestPool.expectOk(node.pool().create("v1", 64 * MIB));
      node.disk().refuseGrowth(true);
      Outcome outcome = Outcome.OK;
      for (int i = 0; i < 64 && outcome == Outcome.OK; i++) {
        outcome = TestPool.of(node.fill("v1", (long) i * MIB, MIB, 1));
      }
      assertThat(outcome).isEqualTo(Outcome.NO_SPACE);
      TestPool.expectOk(node.fill("v1", 0, MIB, 2));
      TestPool.expectOk(node.flush("v1"));

      node.disk().refuseGrowth(false);

      Eventually.isTrue("space", () -> node.fill("v1", 40 * MIB, MIB, 3).join() == Outcome.OK);
      assertThat(node.read("v1", 40 * MIB, MIB)).containsOnly(3);
    }
  }

  @Test
  void aSegmentThatCannotBeOpenedIsTriedAgain() throws Exception {
    try (TestPool node = TestPool.open(64, disk -> disk.refuseSegments(true))) {
      TestPool.expectOk(node.pool().create("v1", 64 * MIB));
      assertThat(TestPool.of(node.fill("v1", 0, MIB, 3))).isEqualTo(Outcome.NO_SPACE);

      node.disk().refuseSegments(false);

      Eventually.isTrue("space", () -> node.fill("v1", 0, MIB, 3).join() == Outcome.OK);
      TestPool.expectOk(node.flush("v1"));
    }
  }

  @Test
  void leavesTheDiskRoomForItsJournal() throws Exception {
    try (TestPool node = TestPool.open(64)) {
      TestPool.expectOk(node.pool().create("v1", 64 * MIB));
      node.disk().usable(SegmentStore.RESERVED_BYTES + MIB);
      Outcome outcome = Outcome.OK;
      for (int i = 0; i < 64 && outcome == Outcome.OK; i++) {
        outcome = TestPool.of(node.fill("v1", (long) i * MIB, MIB, 1));
      }
      assertThat(outcome).isEqualTo(Outcome.NO_SPACE);
      TestPool.expectOk(node.flush("v1"));

      node.disk().usable(SegmentStore.RESERVED_BYTES + 100 * MIB);

      Eventually.isTrue("space", () -> node.fill("v1", 40 * MIB, MIB, 3).join() == Outcome.OK);
    }
  }
}
