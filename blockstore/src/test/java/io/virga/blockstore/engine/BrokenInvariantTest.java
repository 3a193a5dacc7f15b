package io.virga.blockstore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.extent.Entry;
import io.virga.blockstore.journal.JournalRecord;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.dataplane.watch.Eventually;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A pool in which something is as it must never be acknowledges nothing any more. */
@Timeout(60)
class BrokenInvariantTest {

  private static final int MIB = TestPool.MIB;

  private static void volume(TestPool node) throws Exception {
    TestPool.expectOk(node.pool().create("v1", 8 * MIB));
    TestPool.expectOk(node.fill("v1", 0, MIB, 1));
    TestPool.expectOk(node.flush("v1"));
  }

  private static boolean meddle(TestPool node, BiConsumer<PoolCore, VolumeState> change) {
    PoolCore core = node.pool().core();
    return node.loop()
        .submit(() -> change.accept(core, core.state().find(VolumeKind.VOLUME, "v1").orElseThrow()))
        .awaitUninterruptibly()
        .isSuccess();
  }

  private static void expectStopped(TestPool node) throws Exception {
    Eventually.isTrue("broken", node.pool()::isBroken);
    assertThat(TestPool.of(node.pool().create("v2", MIB))).isEqualTo(Outcome.IO_ERROR);
    assertThat(node.closePool()).isEqualTo(Outcome.IO_ERROR);
  }

  @Test
  void aChangeThatCannotBeAppliedStopsThePool() throws Exception {
    try (TestPool node = TestPool.open(32)) {
      volume(node);

      boolean applied =
          meddle(node, (core, v1) -> core.committer().log(new JournalRecord.Delete(99)));

      assertThat(applied).isFalse();
      assertThat(TestPool.of(node.fill("v1", 0, 4096, 2))).isEqualTo(Outcome.IO_ERROR);
      expectStopped(node);
    }
  }

  @Test
  void aSlotThatIsDroppedOnceTooOftenStopsThePool() throws Exception {
    try (TestPool node = TestPool.open(32)) {
      volume(node);
      meddle(node, (core, v1) -> core.supply().giveBack(Entry.slot(v1.map().entry(0)), 1));

      TestPool.of(node.pool().delete(VolumeKind.VOLUME, "v1"));

      expectStopped(node);
    }
  }

  @Test
  void whoAskedForWhatStoppedThePoolIsTold() throws Exception {
    try (TestPool node = TestPool.open(32)) {
      volume(node);
      meddle(node, (core, v1) -> v1.generation = Entry.MAX_GENERATION);

      assertThat(TestPool.of(node.pool().snapshot("s1", "v1"))).isEqualTo(Outcome.IO_ERROR);

      expectStopped(node);
    }
  }
}
