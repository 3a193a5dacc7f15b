package io.virga.benchmarks.controlbench;

import io.virga.benchmarks.host.Cores;
import io.virga.benchmarks.load.LoadGenerator;
import io.virga.benchmarks.load.LoadPlan;
import io.virga.benchmarks.load.LoadResult;
import io.virga.benchmarks.load.RequestTemplate;
import io.virga.benchmarks.load.Workload;
import io.virga.benchmarks.report.Figure;
import io.virga.benchmarks.report.Goal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What is asked of an identity service, ours or another. */
final class TokenLoad {

  /** How much more often than Keystone we are to look at a token. */
  private static final int VALIDATION = 20;

  static final String ISSUED = "tokens issued by password";
  static final String LOOKED_AT = "tokens looked at";

  private TokenLoad() {}

  /** By what was asked. */
  static Map<String, LoadResult> measure(
      Consumer<String> progress, LoadPlan plan, IdentityApi api, int connections) {
    Map<String, RequestTemplate> requests = new LinkedHashMap<>();
    requests.put(ISSUED, api.issue());
    requests.put(LOOKED_AT, api.lookAt(api.token()));
    Map<String, LoadResult> results = new LinkedHashMap<>();
    try (LoadGenerator load = new LoadGenerator()) {
      Cores.pinLoad();
      requests.forEach(
          (what, request) -> {
            Workload again = () -> Optional.of(new Workload.Request(request, 0));
            LoadResult result = load.run(api.address(), connections, again, plan);
            results.put(what, result);
            progress.accept("%s: %.0f/s".formatted(what, result.perSecond()));
          });
    }
    return results;
  }

  /** Ours beside Keystone's, as far as it was measured. */
  static List<Figure> figures(Map<String, LoadResult> ours, Map<String, LoadResult> keystone) {
    List<Figure> figures = new ArrayList<>();
    ours.forEach(
        (what, result) -> {
          Map<String, Double> rivals = new HashMap<>();
          Optional.ofNullable(keystone.get(what))
              .ifPresent(rival -> rivals.put("keystone", rival.perSecond()));
          Optional<Goal> goal =
              Optional.ofNullable(keystone.get(what))
                  .filter(rival -> what.equals(LOOKED_AT))
                  .map(rival -> new Goal.AtLeast(Math.ceil(VALIDATION * rival.perSecond())));
          figures.add(new Figure(what, result.perSecond(), "/s", rivals, goal));
          figures.add(Figure.plain("p99, " + what, result.latency().p99Millis(), "ms"));
          figures.add(Figure.atMost("failed, " + what, result.errors(), "", 0));
        });
    return figures;
  }
}
