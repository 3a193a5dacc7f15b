package io.virga.benchmarks.scenario;

import io.netty.buffer.ByteBuf;
import io.virga.benchmarks.host.Cores;
import io.virga.benchmarks.load.LoadGenerator;
import io.virga.benchmarks.load.LoadPlan;
import io.virga.benchmarks.load.LoadResult;
import io.virga.benchmarks.load.Sequence;
import io.virga.benchmarks.load.Workload;
import io.virga.benchmarks.objectbench.Bodies;
import io.virga.benchmarks.objectbench.IdleConnections;
import io.virga.benchmarks.objectbench.ResidentMemory;
import io.virga.benchmarks.report.Figure;
import io.virga.benchmarks.report.Findings;
import io.virga.benchmarks.store.OurStore;
import io.virga.benchmarks.store.StoreServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/** The object store's memory with many connections, few of them at rest. */
public final class ObjectMemoryScenario implements Scenario {

  private static final int IDLE = 1000;
  private static final int BUSY = 256;
  private static final double GOAL_MIB = 600;
  private static final List<Integer> SIZES = List.of(4 << 10, 1 << 20);
  private static final long MOST_BYTES = 4L << 30;
  private static final double SHARE_OF_GETS = 0.7;

  @Override
  public String name() {
    return "object-memory";
  }

  @Override
  public String summary() {
    return "the object store's resident memory with 1,000 idle and 256 busy connections";
  }

  @Override
  public Findings run(Setting setting) {
    Cores.pinLoad();
    LoadPlan plan = LoadPlan.seconds(0, setting.quick() ? 15 : 60);
    List<Figure> figures = new ArrayList<>();
    List<LoadResult> raw = new ArrayList<>();
    try (LoadGenerator load = new LoadGenerator();
        StoreServer server = new OurStore(setting.root()).start(setting.directory());
        ResidentMemory memory = new ResidentMemory(server);
        IdleConnections idle = new IdleConnections(server, IDLE)) {
      figures.add(
          Figure.plain("RSS, %d idle".formatted(idle.count()), memory.mostMebibytes(), "MiB"));
      for (int bytes : SIZES) {
        LoadResult result = busy(server, load, plan, bytes);
        raw.add(result);
        String what = "%d KiB ×%d, 70 %% GET".formatted(bytes >> 10, BUSY);
        figures.add(Figure.plain(what, result.perSecond(), "op/s"));
        figures.add(Figure.atMost("RSS, " + what, memory.mostMebibytes(), "MiB", GOAL_MIB));
        figures.add(Figure.atMost("failed requests, " + what, result.errors(), "", 0));
      }
    }
    return new Findings(figures, failures(raw), raw);
  }

  private static LoadResult busy(StoreServer server, LoadGenerator load, LoadPlan plan, int bytes) {
    String container = "size" + bytes;
    RandomGenerator random = new Random(1);
    server.makeContainer(load, container);
    ByteBuf body = Bodies.random(bytes);
    server.ask(load, BUSY, new Sequence(server.dialect().put(container, body), 0, BUSY));
    Workload gets = Workload.random(server.dialect().get(container), BUSY, random);
    Sequence puts = new Sequence(server.dialect().put(container, body), BUSY, MOST_BYTES / bytes);
    LoadResult result =
        load.run(server.address(), BUSY, Workload.mixed(gets, SHARE_OF_GETS, puts, random), plan);
    body.release();
    return result;
  }

  private static List<String> failures(List<LoadResult> results) {
    return results.stream()
        .filter(result -> result.errors() > 0)
        .map(result -> "%d requests failed: %s".formatted(result.errors(), result.firstError()))
        .toList();
  }
}
