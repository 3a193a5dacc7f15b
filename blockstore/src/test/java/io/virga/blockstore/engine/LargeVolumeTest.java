package io.virga.blockstore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.blockstore.catalogue.RocksCatalogue;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Snapshots, clones, reverts and deletions of a volume with 10 million extents, while another
 * volume is written and flushed: how long they take, and how long the other one ever waits.
 */
@Tag("soak")
@Timeout(600)
class LargeVolumeTest {

  private static final int ROUNDS = 11;
  private static final long BLOCKS = 10_000_000;
  private static final long MEDIAN_LIMIT_MILLIS = 50;
  private static final long STALL_LIMIT_MILLIS = 20;

  @TempDir Path directory;

  private final List<Long> snapshots = new ArrayList<>();
  private final List<Long> clones = new ArrayList<>();
  private final List<Long> deletions = new ArrayList<>();

  private interface Asked {
    CompletableFuture<Outcome> run();
  }

  private static void timed(List<Long> times, Asked asked) throws Exception {
    long begun = System.nanoTime();
    TestPool.expectOk(asked.run());
    times.add(System.nanoTime() - begun);
  }

  private static double millis(long nanos) {
    return nanos / 1e6;
  }

  private static double median(List<Long> times) {
    List<Long> sorted = new ArrayList<>(times);
    Collections.sort(sorted);
    return millis(sorted.get(sorted.size() / 2));
  }

  @Test
  void staysOutOfTheWayOfOthers() throws Exception {
    PoolOptions options = new PoolOptions(100_000, 1024, 16 << 20, 8 << 20, Duration.ofSeconds(1));
    try (RocksCatalogue catalogue = RocksCatalogue.open(directory.resolve("catalogue"));
        TestPool node = TestPool.open(HollowDisk::new, new KeptOpen(catalogue), options)) {
      TestPool.expectOk(node.pool().create("other", 64L << 20));
      TestPool.expectOk(node.fill("other", 0, 1 << 20, 1));
      TestPool.expectOk(node.pool().create("large", BLOCKS * 4096));
      fragment(node);
      Neighbour neighbour = new Neighbour(node, "other");
      for (int round = 0; round < ROUNDS; round++) {
        round(node, round);
      }
      long slowest = neighbour.stop();
      System.out.printf(
          "10 M extents: median ms snapshot %.1f, clone %.1f, delete %.1f;"
              + " of %d write+flush of another volume the slowest took %.1f ms%n",
          median(snapshots), median(clones), median(deletions), neighbour.count(), millis(slowest));
      long begun = System.nanoTime();
      node.closePool();
      System.out.printf("closing took %.0f ms%n", millis(System.nanoTime() - begun));
      assertThat(median(snapshots)).isLessThan(MEDIAN_LIMIT_MILLIS);
      assertThat(median(clones)).isLessThan(MEDIAN_LIMIT_MILLIS);
      assertThat(median(deletions)).isLessThan(MEDIAN_LIMIT_MILLIS);
      assertThat(millis(slowest)).isLessThan(STALL_LIMIT_MILLIS);
    }
  }

  /** Single blocks in a disorder that no run can span. */
  private static void fragment(TestPool node) throws Exception {
    for (long block = 0; block < BLOCKS; ) {
      long first = block;
      int count = (int) Math.min(1 << 16, BLOCKS - block);
      block = node.loop().submit(() -> Fragments.map(node.pool(), "large", first, count)).get();
      TestPool.expectOk(node.flush("large"));
    }
  }

  private void round(TestPool node, int round) throws Exception {
    String snapshot = "s" + round;
    String clone = "c" + round;
    timed(snapshots, () -> node.pool().snapshot(snapshot, "large"));
    timed(clones, () -> node.pool().cloneOf(VolumeKind.SNAPSHOT, snapshot, clone, BLOCKS * 4096));
    for (long page = 0; page < BLOCKS; page += 16384) {
      TestPool.expectOk(node.fill("large", page * 4096, 4096, round));
      TestPool.expectOk(node.fill(clone, page * 4096, 4096, round));
    }
    timed(deletions, () -> node.pool().delete(VolumeKind.SNAPSHOT, snapshot));
    timed(deletions, () -> node.pool().delete(VolumeKind.VOLUME, clone));
  }
}
