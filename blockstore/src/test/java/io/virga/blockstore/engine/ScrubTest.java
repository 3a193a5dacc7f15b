package io.virga.blockstore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.blockstore.catalogue.Catalogue.Table;
import io.virga.blockstore.extent.Entry;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.dataplane.watch.Eventually;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What reading everything again finds, and what it does not. */
@Timeout(60)
class ScrubTest {

  private static final int MIB = TestPool.MIB;
  private static final long FAST = 1L << 40;

  private static void twoVolumesAndASnapshot(TestPool node) throws Exception {
    TestPool.expectOk(node.pool().create("v1", 16 * MIB));
    TestPool.expectOk(node.pool().create("v2", 16 * MIB));
    TestPool.expectOk(node.fill("v1", 0, 8 * MIB, 1));
    TestPool.expectOk(node.pool().snapshot("s1", "v1"));
    TestPool.expectOk(node.fill("v1", 4096, 2 * MIB, 2));
    TestPool.expectOk(node.fill("v2", 512, 2 * MIB, 3));
    TestPool.expectOk(node.flush("v2"));
  }

  private static ScrubReport passed(TestPool node) {
    node.pool().scrub(FAST);
    Eventually.isTrue("a pass", () -> node.pool().scrubReport().passes() > 0);
    return node.pool().scrubReport();
  }

  @Test
  void findsNothingWhereNothingIsWrong() throws Exception {
    try (TestPool node = TestPool.open(64)) {
      twoVolumesAndASnapshot(node);

      ScrubReport report = passed(node);

      assertThat(report.hasFindings()).as(report.lastFinding()).isFalse();
      assertThat(report.slotsRead()).isGreaterThanOrEqualTo(12);
    }
  }

  @Test
  void findsNothingWrongInWhatChangesMeanwhile() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    try (TestPool node = TestPool.open(128)) {
      twoVolumesAndASnapshot(node);
      CompletableFuture<Void> changing =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; !stop.get(); i++) {
                  node.pool().snapshot("t" + i, "v1").join();
                  node.fill("v1", (i % 3000) * 4096L, 4096, i).join();
                  node.trim("v2", (i % 3000) * 4096L, 40960).join();
                  node.fill("v2", (i % 3000) * 4096L, 4096, i).join();
                  node.pool().delete(VolumeKind.SNAPSHOT, "t" + i).join();
                }
              });

      ScrubReport report = passed(node);

      stop.set(true);
      changing.join();
      assertThat(report.hasFindings()).as(report.lastFinding()).isFalse();
    }
  }

  @Test
  void findsSlotsThatCannotBeRead() throws Exception {
    try (TestPool node = TestPool.open(64)) {
      twoVolumesAndASnapshot(node);
      node.disk().refuseReads(true);

      ScrubReport report = passed(node);

      assertThat(report.unreadable()).isEqualTo((int) report.slotsRead()).isPositive();
      assertThat(report.lastFinding()).contains("slot");
    }
  }

  @Test
  void findsRowsThatMakeNoSense() throws Exception {
    MemoryCatalogue catalogue = new MemoryCatalogue();
    try (TestPool node = TestPool.open(catalogue, 64)) {
      twoVolumesAndASnapshot(node);
      catalogue.write(
          catalogue
              .changes()
              .put(Table.PAGE, 1_000_000, new byte[100])
              .put(Table.ROOT, 1_000_000, new byte[] {1, 2})
              .put(Table.VOLUME, 1_000_000, new byte[] {2}));

      ScrubReport report = passed(node);

      assertThat(report.inconsistent()).isEqualTo(3);
    }
  }

  @Test
  void findsASlotThatMoreBlocksReferToThanAreCounted() throws Exception {
    try (TestPool node = TestPool.open(64)) {
      twoVolumesAndASnapshot(node);
      node.loop()
          .submit(
              () -> {
                PoolCore core = node.pool().core();
                VolumeState volume = core.state().find(VolumeKind.VOLUME, "v2").orElseThrow();
                core.supply().giveBack(Entry.slot(volume.map().entry(1)), 1);
              })
          .syncUninterruptibly();

      ScrubReport report = passed(node);

      assertThat(report.inconsistent()).isEqualTo(1);
    }
  }

  @Test
  void findsAJournalThatAStartCouldNotRead() throws Exception {
    try (TestPool node = TestPool.open(64)) {
      twoVolumesAndASnapshot(node);
      node.disk().hideJournals();

      ScrubReport report = passed(node);

      assertThat(report.unreadable()).isEqualTo(1);
      assertThat(report.lastFinding()).contains("journal");
    }
  }
}
