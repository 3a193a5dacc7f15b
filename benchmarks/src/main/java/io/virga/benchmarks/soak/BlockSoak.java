package io.virga.benchmarks.soak;

import io.virga.benchmarks.blocksoak.BlockLoad;
import io.virga.benchmarks.blocksoak.Tally;
import io.virga.benchmarks.own.OwnBlockStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Kills a block store at random moments while its volumes are written, snapshots and clones are
 * made and compared, volumes are deleted and made anew, and the pool is filled.
 */
public final class BlockSoak implements Soak {

  private static final String POOL_LIMIT = "448MiB";
  private static final int WRITES_BETWEEN_EVENTS = 1500;

  /** Kills come most often, and between any two of the others. */
  private static final List<Function<BlockLoad, String>> EVENTS =
      List.of(
          BlockLoad::snapshot,
          BlockLoad::kill,
          BlockLoad::fill,
          BlockLoad::kill,
          BlockLoad::compare,
          BlockLoad::kill,
          BlockLoad::snapshot,
          BlockLoad::kill,
          BlockLoad::replace,
          BlockLoad::kill);

  @Override
  public String name() {
    return "block";
  }

  @Override
  public String summary() {
    return "kills a block store under writes, with snapshots, clones, deletions and a full pool";
  }

  @Override
  public Outcome run(Conditions conditions, Consumer<String> progress) {
    Map<String, String> settings = Map.of("VIRGA_BLOCKSTORE_POOL_LIMIT", POOL_LIMIT);
    try (OwnBlockStore node =
        new OwnBlockStore(conditions.root(), conditions.directory(), settings)) {
      node.start();
      try (BlockLoad load = new BlockLoad(node, conditions.seed())) {
        int events = run(load, new Random(conditions.seed()), conditions.duration(), progress);
        load.checkAll();
        load.findings().described().forEach(progress);
        Tally tally = load.tally();
        Damage damage =
            new Damage(load.findings().lost(), load.findings().wrong(), load.findings().ghosts());
        return new Outcome(events, tally.acknowledged(), tally.full() + tally.failed(), damage);
      }
    }
  }

  private static int run(
      BlockLoad load, Random random, Duration duration, Consumer<String> progress) {
    long end = System.nanoTime() + duration.toNanos();
    int events = 0;
    do {
      load.awaitProgress(1 + random.nextInt(WRITES_BETWEEN_EVENTS));
      String event = EVENTS.get(events++ % EVENTS.size()).apply(load);
      Tally tally = load.tally();
      progress.accept(
          "%s; %d acknowledged, %d refused as full, %d failed, %d connections lost"
              .formatted(
                  event,
                  tally.acknowledged(),
                  tally.full(),
                  tally.failed(),
                  tally.lostConnections()));
    } while (System.nanoTime() < end);
    return events;
  }
}
