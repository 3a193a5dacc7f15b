package io.virga.benchmarks.objectbench;

import io.virga.benchmarks.report.Figure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What all stores did, with ours in the foreground. */
public final class Results {

  private static final double QUIET_PERCENT = 10;

  private final String ours;
  private final Map<Cell, Map<String, Measurement>> byCell = new LinkedHashMap<>();

  public Results(String ours) {
    this.ours = ours;
  }

  public void add(Measurement measurement) {
    byCell
        .computeIfAbsent(measurement.cell(), cell -> new TreeMap<>())
        .put(measurement.store(), measurement);
  }

  /** Operations per second of a store in a field; nothing if that was not measured. */
  Optional<Double> perSecond(String store, Cell cell) {
    return Optional.ofNullable(byCell.getOrDefault(cell, Map.of()).get(store))
        .map(measurement -> measurement.result().perSecond());
  }

  /** A row for each field that ours was measured in. */
  public List<Figure> figures() {
    List<Figure> figures = new ArrayList<>();
    byCell.forEach(
        (cell, stores) ->
            perSecond(ours, cell)
                .ifPresent(value -> figures.add(figure(cell, value, stores.values()))));
    return figures;
  }

  private Figure figure(Cell cell, double value, Iterable<Measurement> stores) {
    Map<String, Double> rivals = new TreeMap<>();
    for (Measurement measurement : stores) {
      if (!measurement.store().equals(ours)) {
        rivals.put(measurement.store(), measurement.result().perSecond());
      }
    }
    return new Figure(cell.label(), value, "op/s", rivals, Optional.empty());
  }

  /** What makes a measurement doubtful, a line each. */
  public List<String> doubts() {
    List<String> doubts = new ArrayList<>();
    for (Map<String, Measurement> stores : byCell.values()) {
      for (Measurement measurement : stores.values()) {
        if (measurement.result().errors() > 0) {
          doubts.add(
              "%s, %s: %d requests failed, the first with: %s"
                  .formatted(
                      measurement.store(),
                      measurement.what(),
                      measurement.result().errors(),
                      measurement.result().firstError()));
        }
      }
    }
    return doubts;
  }

  /** How much of its core the load generator had left, at least, and in which field. */
  public String leastIdle() {
    return byCell.values().stream()
        .flatMap(stores -> stores.values().stream())
        .min((a, b) -> Double.compare(a.result().loadIdlePercent(), b.result().loadIdlePercent()))
        .map(
            least ->
                "the load generator's core was idle for at least %.0f %% of the time (%s, %s)"
                    .formatted(least.result().loadIdlePercent(), least.store(), least.what()))
        .orElse("nothing was measured");
  }

  /** How much others have used of this machine, which is to be nothing. */
  public String others() {
    double mean = all().stream().mapToDouble(Measurement::othersBusyPercent).average().orElse(0);
    return "other processes used %.0f %% of a core meanwhile%s"
        .formatted(mean, mean > QUIET_PERCENT ? ": this machine was not quiet" : "");
  }

  /** All that was measured. */
  public List<Measurement> all() {
    return byCell.values().stream().flatMap(stores -> stores.values().stream()).toList();
  }
}
