package io.virga.benchmarks.scenario;

import io.netty.buffer.ByteBuf;
import io.virga.benchmarks.cloud.Patience;
import io.virga.benchmarks.host.Cores;
import io.virga.benchmarks.host.ProcessFigures;
import io.virga.benchmarks.load.LoadGenerator;
import io.virga.benchmarks.load.LoadPlan;
import io.virga.benchmarks.load.LoadResult;
import io.virga.benchmarks.load.Sequence;
import io.virga.benchmarks.objectbench.Bodies;
import io.virga.benchmarks.objectbench.ResidentMemory;
import io.virga.benchmarks.report.Figure;
import io.virga.benchmarks.report.Findings;
import io.virga.benchmarks.store.OurStore;
import io.virga.benchmarks.store.StoreServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How soon the object store answers again after its process was killed, and how much memory it
 * takes. Most objects are so small that they are in the index; some have their bytes in the
 * journal, so that a start finds many segments of it.
 */
public final class ObjectRecoveryScenario implements Scenario {

  private static final long QUICK_OBJECTS = 1_000_000;
  private static final long FULL_OBJECTS = 20_000_000;
  private static final int IN_INDEX_BYTES = 128;
  private static final int IN_JOURNAL_BYTES = 4 << 10;

  /** One of so many is in the journal. */
  private static final long IN_JOURNAL_OF = 20;

  private static final int WRITERS = 64;
  private static final double GOAL_SECONDS = 10;
  private static final double GOAL_MIB = 600;
  private static final long LOOKED_AT = 100_000;
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(20);

  /** Objects of one size, in a container of their own. */
  private record Objects(int bytes, long count) {

    String container() {
      return "size" + bytes;
    }

    LoadResult write(StoreServer server, LoadGenerator load) {
      server.makeContainer(load, container());
      ByteBuf body = Bodies.random(bytes);
      LoadResult written =
          server.ask(
              load, WRITERS, new Sequence(server.dialect().put(container(), body), 0, count));
      body.release();
      return written;
    }

    /** Reads those that were written last; they must all be there. */
    LoadResult readLast(StoreServer server, LoadGenerator load) {
      return server.ask(
          load,
          WRITERS,
          new Sequence(server.dialect().get(container()), Math.max(0, count - LOOKED_AT), count));
    }

    boolean lastAnswers(StoreServer server, LoadGenerator load) {
      Sequence last = new Sequence(server.dialect().get(container()), count - 1, count);
      return load.run(server.address(), 1, last, LoadPlan.toTheEnd(LIMIT)).operations() == 1;
    }
  }

  @Override
  public String name() {
    return "object-recovery";
  }

  @Override
  public String summary() {
    return "from the start after kill -9 to the first answer, with 20 M small objects (quick: 1 M)";
  }

  @Override
  public Findings run(Setting setting) {
    Cores.pinLoad();
    OurStore store = new OurStore(setting.root());
    try (LoadGenerator load = new LoadGenerator()) {
      Run run = new Run(setting, load);
      try (StoreServer server = store.start(setting.directory())) {
        run.write(server);
        server.kill();
      }
      long killed = System.nanoTime();
      try (StoreServer server = store.start(setting.directory())) {
        run.read(server, killed);
      }
      return run.findings();
    }
  }

  /** One run of the scenario. */
  private static final class Run {

    private final LoadGenerator load;
    private final Consumer<String> progress;
    private final List<Objects> all;
    private final List<Figure> figures = new ArrayList<>();
    private final List<LoadResult> raw = new ArrayList<>();

    Run(Setting setting, LoadGenerator load) {
      this.load = load;
      this.progress = setting.progress();
      long count = setting.count().orElse(setting.quick() ? QUICK_OBJECTS : FULL_OBJECTS);
      long inJournal = Math.max(1, count / IN_JOURNAL_OF);
      this.all =
          List.of(
              new Objects(IN_JOURNAL_BYTES, inJournal),
              new Objects(IN_INDEX_BYTES, Math.max(1, count - inJournal)));
    }

    void write(StoreServer server) {
      try (ResidentMemory memory = new ResidentMemory(server)) {
        for (Objects objects : all) {
          LoadResult written = objects.write(server, load);
          String what = "PUT of %,d objects of %d B".formatted(objects.count(), objects.bytes());
          progress.accept(what + ": %.0f/s".formatted(written.perSecond()));
          raw.add(written);
          figures.add(Figure.plain(what, written.perSecond(), "op/s"));
        }
        figures.add(Figure.atMost("RSS while writing", memory.mostMebibytes(), "MiB", GOAL_MIB));
      }
    }

    void read(StoreServer server, long killedNanos) {
      try (ResidentMemory memory = new ResidentMemory(server)) {
        Patience.await(
            "the last objects",
            LIMIT,
            LOOK_INTERVAL,
            () -> Optional.of(server).filter(this::isBack));
        double seconds = (System.nanoTime() - killedNanos) / 1e9;
        figures.add(Figure.atMost("kill -9 to the last objects' GET", seconds, "s", GOAL_SECONDS));
        double cpu = ProcessFigures.of(server.processes()).cpuSeconds();
        figures.add(Figure.plain("processor time of the server until then", cpu, "s"));
        all.forEach(objects -> raw.add(objects.readLast(server, load)));
        figures.add(Figure.atMost("RSS while reading", memory.mostMebibytes(), "MiB", GOAL_MIB));
      }
    }

    private boolean isBack(StoreServer server) {
      return all.stream().allMatch(objects -> objects.lastAnswers(server, load));
    }

    Findings findings() {
      String there = "the last objects of each size, up to %,d, were there".formatted(LOOKED_AT);
      return new Findings(figures, List.of(there), raw);
    }
  }
}
