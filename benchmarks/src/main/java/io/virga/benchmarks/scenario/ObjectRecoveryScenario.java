package io.virga.benchmarks.scenario;

import io.netty.buffer.ByteBuf;
import io.virga.benchmarks.cloud.Patience;
import io.virga.benchmarks.host.Cores;
import io.virga.benchmarks.load.LoadGenerator;
import io.virga.benchmarks.load.LoadPlan;
import io.virga.benchmarks.load.LoadResult;
import io.virga.benchmarks.load.Sequence;
import io.virga.benchmarks.object.Bodies;
import io.virga.benchmarks.report.Figure;
import io.virga.benchmarks.report.Findings;
import io.virga.benchmarks.store.OurStore;
import io.virga.benchmarks.store.StoreServer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How soon the object store answers again after its process was killed. */
public final class ObjectRecoveryScenario implements Scenario {

  private static final long QUICK_OBJECTS = 1_000_000;
  private static final long FULL_OBJECTS = 20_000_000;
  private static final int OBJECT_BYTES = 128;
  private static final String CONTAINER = "small";
  private static final int WRITERS = 64;
  private static final double GOAL_SECONDS = 10;
  private static final long LOOKED_AT = 100_000;
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(20);

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
    long count = setting.count().orElse(setting.quick() ? QUICK_OBJECTS : FULL_OBJECTS);
    OurStore store = new OurStore(setting.root());
    try (LoadGenerator load = new LoadGenerator()) {
      LoadResult written;
      ByteBuf body = Bodies.random(OBJECT_BYTES);
      try (StoreServer server = store.start(setting.directory())) {
        server.makeContainer(load, CONTAINER);
        written =
            server.ask(
                load, WRITERS, new Sequence(server.dialect().put(CONTAINER, body), 0, count));
        setting.progress().accept("written: %,d objects".formatted(count));
        server.kill();
      }
      body.release();
      long before = System.nanoTime();
      try (StoreServer server = store.start(setting.directory())) {
        Patience.await(
            "the last object",
            LIMIT,
            LOOK_INTERVAL,
            () -> Optional.of(answers(server, load, count - 1)).filter(answered -> answered));
        double seconds = (System.nanoTime() - before) / 1e9;
        server.ask(
            load,
            WRITERS,
            new Sequence(server.dialect().get(CONTAINER), Math.max(0, count - LOOKED_AT), count));
        return new Findings(
            List.of(
                Figure.plain(
                    "PUT of %,d small objects".formatted(count), written.perSecond(), "op/s"),
                Figure.atMost("kill -9 to the last object's GET", seconds, "s", GOAL_SECONDS)),
            List.of(
                "the last %,d objects were there after the kill"
                    .formatted(Math.min(count, LOOKED_AT))),
            List.of(written));
      }
    }
  }

  private static boolean answers(StoreServer server, LoadGenerator load, long number) {
    Sequence last = new Sequence(server.dialect().get(CONTAINER), number, number + 1);
    return load.run(server.address(), 1, last, LoadPlan.toTheEnd(LIMIT)).operations() == 1;
  }
}
