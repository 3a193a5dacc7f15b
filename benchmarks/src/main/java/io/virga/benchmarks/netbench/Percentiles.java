package io.virga.benchmarks.netbench;

import java.util.List;

/** Some of many figures, by how many are not greater. */
record Percentiles(List<Double> sorted) {

  static Percentiles of(List<Double> figures) {
    return new Percentiles(figures.stream().sorted().toList());
  }

  double at(double share) {
    int rank = (int) Math.ceil(share * sorted.size());
    return sorted.get(Math.clamp(rank, 1, sorted.size()) - 1);
  }
}
