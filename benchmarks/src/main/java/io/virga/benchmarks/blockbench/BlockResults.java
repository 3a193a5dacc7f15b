package io.virga.benchmarks.blockbench;

import io.virga.benchmarks.report.Figure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What all servers did, with ours in the foreground. */
public final class BlockResults {

  private static final double QUIET_PERCENT = 15;

  private final String ours;
  private final Map<BlockCell, Map<String, BlockMeasurement>> byCell = new LinkedHashMap<>();

  public BlockResults(String ours) {
    this.ours = ours;
  }

  public void add(BlockMeasurement measurement) {
    byCell
        .computeIfAbsent(measurement.cell(), cell -> new TreeMap<>())
        .put(measurement.volume(), measurement);
  }

  String ours() {
    return ours;
  }

  /** What a server did in a field; nothing if that was not measured. */
  Optional<BlockMeasurement> of(String volume, BlockCell cell) {
    return Optional.ofNullable(byCell.getOrDefault(cell, Map.of()).get(volume));
  }

  /** Rows for each field that ours was measured in: operations, and the processor time of one. */
  public List<Figure> figures() {
    List<Figure> figures = new ArrayList<>();
    byCell.forEach(
        (cell, servers) -> {
          BlockMeasurement own = servers.get(ours);
          if (own != null) {
            figures.add(perSecond(own, servers));
            figures.add(processorTime(own, servers));
          }
        });
    return figures;
  }

  private Figure perSecond(BlockMeasurement own, Map<String, BlockMeasurement> servers) {
    Map<String, Double> rivals = new TreeMap<>();
    servers.forEach((name, each) -> rivals.put(name, each.result().perSecond()));
    rivals.remove(ours);
    return new Figure(own.what(), own.result().perSecond(), "op/s", rivals, Optional.empty());
  }

  private Figure processorTime(BlockMeasurement own, Map<String, BlockMeasurement> servers) {
    Map<String, Double> rivals = new TreeMap<>();
    servers.forEach((name, each) -> rivals.put(name, each.serverMicrosPerOperation()));
    rivals.remove(ours);
    return new Figure(
        "  server's processor time of one",
        own.serverMicrosPerOperation(),
        "µs",
        rivals,
        Optional.empty());
  }

  /** How much others have used of this machine, which is to be nothing. */
  public String others() {
    double mean =
        all().stream().mapToDouble(BlockMeasurement::othersBusyPercent).average().orElse(0);
    return "other processes used %.0f %% of a core meanwhile%s"
        .formatted(mean, mean > QUIET_PERCENT ? ": this machine was not quiet" : "");
  }

  /** All that was measured. */
  public List<BlockMeasurement> all() {
    return byCell.values().stream().flatMap(servers -> servers.values().stream()).toList();
  }
}
