package io.virga.benchmarks.scenario;

import io.netty.buffer.Unpooled;
import io.virga.benchmarks.host.Cores;
import io.virga.benchmarks.host.ProcessFigures;
import io.virga.benchmarks.load.LoadGenerator;
import io.virga.benchmarks.load.LoadPlan;
import io.virga.benchmarks.load.LoadResult;
import io.virga.benchmarks.load.RequestTemplate;
import io.virga.benchmarks.load.Sequence;
import io.virga.benchmarks.load.Workload;
import io.virga.benchmarks.report.Figure;
import io.virga.benchmarks.report.Findings;
import io.virga.benchmarks.store.OurStore;
import io.virga.benchmarks.store.StoreServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Pages of a large container. The names are paths of ten digits, {@code 0001/234/567}: a thousand
 * in each folder, a thousand folders in each folder of the first level.
 */
public final class ObjectListingScenario implements Scenario {

  private static final long QUICK_NAMES = 1_000_000;
  private static final long FULL_NAMES = 10_000_000;
  private static final String CONTAINER = "large";
  private static final int WRITERS = 64;
  private static final int VARIANTS = 100;
  private static final double GOAL_MILLIS = 10;

  @Override
  public String name() {
    return "object-listing";
  }

  @Override
  public String summary() {
    return "pages of 1,000 names of a container of 10 M, by prefix, marker, delimiter (quick: 1 M)";
  }

  @Override
  public Findings run(Setting setting) {
    Cores.pinLoad();
    long count = setting.count().orElse(setting.quick() ? QUICK_NAMES : FULL_NAMES);
    List<Figure> figures = new ArrayList<>();
    Map<String, LoadResult> raw = new TreeMap<>();
    try (LoadGenerator load = new LoadGenerator();
        StoreServer server = new OurStore(setting.root()).start(setting.directory())) {
      LoadResult filled = fill(server, load, count);
      setting.progress().accept("written: %,d objects".formatted(count));
      raw.put("fill", filled);
      figures.add(
          Figure.plain("PUT of %,d empty objects".formatted(count), filled.perSecond(), "op/s"));
      for (Page page : Page.values()) {
        double before = ProcessFigures.of(server.processes()).cpuSeconds();
        LoadResult result = list(server, load, page, count, setting.quick() ? 2 : 10);
        double used = ProcessFigures.of(server.processes()).cpuSeconds() - before;
        raw.put(page.query, result);
        figures.add(
            Figure.atMost(
                page.query + ", median", result.latency().p50Millis(), "ms", GOAL_MILLIS));
        figures.add(Figure.plain(page.query + ", 99 %", result.latency().p99Millis(), "ms"));
        double each = 1e3 * used / Math.max(1, result.answered());
        figures.add(Figure.plain(page.query + ", of the server's core", each, "ms"));
      }
    }
    return new Findings(figures, List.of(), List.of(raw));
  }

  private static LoadResult fill(StoreServer server, LoadGenerator load, long count) {
    server.makeContainer(load, CONTAINER);
    RequestTemplate put =
        RequestTemplate.of(
            "PUT",
            server.dialect().root() + CONTAINER + "/" + RequestTemplate.PATH,
            server.dialect().headers(),
            Unpooled.EMPTY_BUFFER);
    return server.ask(load, WRITERS, new Sequence(put, 0, count));
  }

  private static LoadResult list(
      StoreServer server, LoadGenerator load, Page page, long count, int seconds) {
    RandomGenerator random = new Random(1);
    List<RequestTemplate> pages = new ArrayList<>();
    for (int i = 0; i < VARIANTS; i++) {
      String name = path(random.nextLong(count));
      String query =
          page.query
              .replace("NAME", name)
              .replace("FOLDER", name.substring(0, name.length() - 3))
              .replace("TOP", name.substring(0, name.indexOf('/') + 1));
      pages.add(server.dialect().list(CONTAINER, "?format=json&limit=1000&" + query));
    }
    Workload workload =
        () -> Optional.of(new Workload.Request(pages.get(random.nextInt(VARIANTS)), 0));
    LoadResult result =
        load.run(server.address(), 1, workload, LoadPlan.seconds(seconds / 4.0, seconds));
    if (result.errors() > 0) {
      throw new IllegalStateException(page.query + " failed with " + result.firstError());
    }
    return result;
  }

  private static String path(long number) {
    String digits = "%010d".formatted(number);
    return digits.substring(0, 4) + "/" + digits.substring(4, 7) + "/" + digits.substring(7);
  }

  /**
   * What is asked for: a name, its folder and its folder of the first level are drawn at random.
   */
  private enum Page {
    FIRST("marker="),
    MARKER("marker=NAME"),
    END("marker=NAME&end_marker=9"),
    FOLDER("prefix=FOLDER"),
    TOP("prefix=TOP"),
    TOP_FROM("prefix=TOP&marker=NAME"),
    FOLDERS("delimiter=/"),
    TOP_FOLDERS("prefix=TOP&delimiter=/"),
    TOP_FOLDERS_FROM("prefix=TOP&delimiter=/&marker=NAME"),
    LEAVES("prefix=FOLDER&delimiter=/"),
    NOTHING("prefix=x");

    private final String query;

    Page(String query) {
      this.query = query;
    }
  }
}
