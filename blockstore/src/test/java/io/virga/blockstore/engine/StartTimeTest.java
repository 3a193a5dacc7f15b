package io.virga.blockstore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.virga.blockstore.catalogue.RocksCatalogue;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.extent.Entry;
import io.virga.blockstore.storage.Disk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a pool takes from its files, as a crash left them, to the first byte of a volume: with
 * as many extents as blocks, so that its map is as large as it can be, and the same journal.
 */
@Tag("soak")
@Timeout(900)
class StartTimeTest {

  private static final int STARTS = 5;
  private static final long ALLOWANCE_MILLIS = 100;

  @TempDir Path directory;

  @Test
  void doesNotDependOnTheSizeOfThePool() throws Exception {
    long small = new Measured(1).median();
    long larger = new Measured(10).median();
    long largest = new Measured(100).median();
    assertThat(larger).isLessThan(2 * small + ALLOWANCE_MILLIS);
    assertThat(largest).isLessThan(2 * small + ALLOWANCE_MILLIS);
  }

  /** A pool of so many GiB, all of them a volume's. */
  private final class Measured {
    private final long blocks;
    private final PoolOptions options;
    private final RocksCatalogue catalogue;
    private final NavigableMap<String, Long> segments = new ConcurrentSkipListMap<>();
    private final long gibibytes;
    private long begunNanos;
    private @Nullable PowerDisk others;

    Measured(int gibibytes) throws Exception {
      this.gibibytes = gibibytes;
      this.blocks = (long) gibibytes << 18;
      this.options =
          new PoolOptions((gibibytes + 1) << 10, 1024, 16 << 20, 8 << 20, Duration.ofSeconds(1));
      this.catalogue = RocksCatalogue.open(directory.resolve("catalogue-" + gibibytes));
    }

    private Function<DefaultEventLoop, Disk> disk(Random random) {
      return loop -> {
        PowerDisk kept = next(loop, random);
        others = kept;
        begunNanos = System.nanoTime();
        return new SparseDisk(new HollowDisk(loop, segments), kept);
      };
    }

    private PowerDisk next(EventExecutor loop, Random random) {
      PowerDisk before = others;
      return before == null
          ? PowerDisk.empty(loop, random, Long.MAX_VALUE)
          : before.restarted(loop, Long.MAX_VALUE);
    }

    long median() throws Exception {
      try (catalogue) {
        prepare();
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
          millis.add(startAndCrash(i));
        }
        List<Long> sorted = millis.stream().sorted().toList();
        System.out.printf("%d GiB: ms to the first byte %s%n", gibibytes, millis);
        return sorted.get(STARTS / 2);
      }
    }

    private void prepare() throws Exception {
      try (TestPool node = TestPool.open(disk(new Random(1)), new KeptOpen(catalogue), options)) {
        TestPool.expectOk(node.pool().create("v", blocks * Entry.BLOCK_BYTES));
        for (long block = 0; block < blocks; ) {
          long first = block;
          int count = (int) Math.min(1 << 16, blocks - block);
          block = node.loop().submit(() -> Fragments.map(node.pool(), "v", first, count)).get();
          TestPool.expectOk(node.flush("v"));
        }
      }
    }

    /** The last checkpoint fails, so that the journal is what the next start has. */
    private long startAndCrash(int round) throws Exception {
      FaultyCatalogue faulty = new FaultyCatalogue(new KeptOpen(catalogue));
      try (TestPool node = TestPool.open(disk(new Random(round)), faulty, options)) {
        node.read("v", (blocks / 2) * Entry.BLOCK_BYTES, Entry.BLOCK_BYTES);
        final long millis = (System.nanoTime() - begunNanos) / 1_000_000;
        while (!node.usage().mapsRead()) {
          Thread.onSpinWait();
        }
        System.out.printf(
            "  all maps read after %d ms%n", (System.nanoTime() - begunNanos) / 1_000_000);
        for (int i = 0; i < 1000; i++) {
          TestPool.expectOk(node.trim("v", (i % 200) * 256L * Entry.BLOCK_BYTES, 4096));
        }
        TestPool.expectOk(node.flush("v"));
        faulty.fail();
        assertThat(node.closePool()).isEqualTo(Outcome.IO_ERROR);
        return millis;
      }
    }
  }
}
