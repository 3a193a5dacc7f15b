package io.virga.blockstore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.blockstore.storage.SegmentStore;
import io.virga.dataplane.watch.Eventually;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Free space that goes back to the file system, and is taken again. */
@Timeout(120)
class GivingBackTest {

  private static final int MIB = TestPool.MIB;

  /** What test pools grow by at a time, and keep. */
  private static final int KEPT = 8;

  private static long givenBackMib(TestPool node) {
    return node.usage().givenBackBytes() / MIB;
  }

  private static void expectFilled(TestPool node, int mebibytes, int value) throws Exception {
    for (int i = 0; i < mebibytes; i++) {
      assertThat(node.read("v2", i * (long) MIB, MIB)).containsOnly(value);
    }
  }

  private static void fillAndDelete(TestPool node, int mebibytes) throws Exception {
    TestPool.expectOk(node.pool().create("v1", (long) mebibytes * MIB));
    TestPool.expectOk(node.fill("v1", 0, mebibytes * MIB, 1));
    TestPool.expectOk(node.pool().delete(VolumeKind.VOLUME, "v1"));
  }

  @Test
  void whatIsFreeBeyondTheNextNeedGoesBackAndIsTakenAgain() throws Exception {
    try (TestPool node = TestPool.open(40)) {
      fillAndDelete(node, 40);
      Eventually.isTrue("given back", () -> givenBackMib(node) == 40 - KEPT);
      assertThat(node.usedMib()).isZero();
      assertThat(node.disk().holes()).isEqualTo(40 - KEPT);

      TestPool.expectOk(node.pool().create("v2", 40 * MIB));
      TestPool.expectOk(node.fill("v2", 0, 40 * MIB, 2));

      expectFilled(node, 40, 2);
      assertThat(givenBackMib(node)).isZero();
      assertThat(node.usedMib()).isEqualTo(40);
    }
  }

  @Test
  void smallWritesFindZerosAroundThemInSpaceThatIsTakenAgain() throws Exception {
    try (TestPool node = TestPool.open(40)) {
      fillAndDelete(node, 40);
      Eventually.isTrue("given back", () -> givenBackMib(node) == 40 - KEPT);
      TestPool.expectOk(node.pool().create("v2", 40 * MIB));
      for (int chunk = 0; chunk < 40; chunk++) {
        TestPool.expectOk(node.fill("v2", chunk * (long) MIB + 4096, 4096, 2));
      }
      for (int chunk = 0; chunk < 40; chunk++) {
        assertThat(node.read("v2", chunk * (long) MIB, 4096)).containsOnly(0);
        assertThat(node.read("v2", chunk * (long) MIB + 4096, 4096)).containsOnly(2);
        assertThat(node.read("v2", chunk * (long) MIB + 8192, MIB - 8192)).containsOnly(0);
      }
    }
  }

  @Test
  void aDiskThatIsFullMeanwhileRefusesOnlyNewSpace() throws Exception {
    try (TestPool node = TestPool.open(40)) {
      fillAndDelete(node, 40);
      Eventually.isTrue("given back", () -> givenBackMib(node) == 40 - KEPT);
      node.disk().usable(SegmentStore.RESERVED_BYTES);
      TestPool.expectOk(node.pool().create("v2", 40 * MIB));
      Outcome outcome = Outcome.OK;
      int written = 0;
      while (outcome == Outcome.OK) {
        outcome = TestPool.of(node.fill("v2", written * (long) MIB, MIB, 3));
        written += outcome == Outcome.OK ? 1 : 0;
      }
      assertThat(outcome).isEqualTo(Outcome.NO_SPACE);
      assertThat(written).isEqualTo(KEPT);
      TestPool.expectOk(node.fill("v2", 0, MIB, 4));

      node.disk().usable(Long.MAX_VALUE);

      Eventually.isTrue("space", () -> node.fill("v2", 20L * MIB, MIB, 5).join() == Outcome.OK);
    }
  }

  @Test
  void aDiskThatCannotMakeHolesKeepsItsSpace() throws Exception {
    try (TestPool node = TestPool.open(40)) {
      node.disk().refuseHoles(true);
      fillAndDelete(node, 40);
      Eventually.isTrue("free", () -> node.usedMib() == 0);
      TestPool.expectOk(node.pool().create("v2", 40 * MIB));
      TestPool.expectOk(node.fill("v2", 0, 40 * MIB, 2));
      assertThat(givenBackMib(node)).isZero();
      expectFilled(node, 40, 2);
    }
  }
}
