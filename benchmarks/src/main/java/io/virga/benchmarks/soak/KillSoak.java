package io.virga.benchmarks.soak;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.cloud.ObjectLoad;
import io.virga.benchmarks.cloud.Patience;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Kills the processes in turn while objects are written: nothing acknowledged may be lost. */
public final class KillSoak implements Soak {

  private static final int BASE_PORT = 19700;
  private static final List<String> PROCESSES = List.of("objectstore", "control", "blockstore");
  private static final Duration PROGRESS_LIMIT = Duration.ofMinutes(2);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(250);

  /** Two writers with this pause make about 2 MB/s: ten minutes need 1.2 GB of disk. */
  private static final Duration PAUSE_BETWEEN_WRITES = Duration.ofMillis(100);

  /**
   * About 10 s between two kills: three processes in turn are each well for 30 s, which is when the
   * supervisor forgets how often one has failed.
   */
  private static final int OBJECTS_BETWEEN_KILLS = 150;

  @Override
  public String name() {
    return "kills";
  }

  @Override
  public String summary() {
    return "kills " + String.join(", ", PROCESSES) + " in turn under object writes";
  }

  @Override
  public Outcome run(Conditions conditions, Consumer<String> progress) {
    Path home = conditions.directory().resolve("home");
    try (Cloud cloud = new Cloud(conditions.root(), home)) {
      cloud.up(BASE_PORT);
      String container = cloud.objectStoreUrl() + "/soak";
      long end = System.nanoTime() + conditions.duration().toNanos();
      int kills = 0;
      try (ObjectLoad load = new ObjectLoad(container, cloud.demoToken(), PAUSE_BETWEEN_WRITES)) {
        do {
          awaitProgress(load);
          String process = PROCESSES.get(kills % PROCESSES.size());
          long before = System.nanoTime();
          cloud.killAndAwaitHealthy(process);
          kills++;
          progress.accept(
              "killed %s, all healthy after %.1f s; %d acknowledged, %d refused"
                  .formatted(
                      process,
                      (System.nanoTime() - before) / 1e9,
                      load.acknowledgedCount(),
                      load.failureCount()));
        } while (System.nanoTime() < end);
        awaitProgress(load);
        int lost = load.stopAndCountLost();
        Damage damage = new Damage(lost, 0, 0);
        return new Outcome(kills, load.acknowledgedCount(), load.failureCount(), damage);
      }
    }
  }

  private static void awaitProgress(ObjectLoad load) {
    int wanted = load.acknowledgedCount() + OBJECTS_BETWEEN_KILLS;
    Patience.await(
        wanted + " acknowledged objects",
        PROGRESS_LIMIT,
        LOOK_INTERVAL,
        () -> Optional.of(load.acknowledgedCount()).filter(count -> count >= wanted));
  }
}
