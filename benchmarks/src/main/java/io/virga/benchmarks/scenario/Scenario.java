package io.virga.benchmarks.scenario;

import io.virga.benchmarks.report.Figure;
import java.nio.file.Path;
import java.util.List;

/** Something to measure. */
public interface Scenario {

  /** What it is called on the command line. */
  String name();

  /** One line of what it measures. */
  String summary();

  /**
   * Measures.
   *
   * @param root the checkout, with {@code ./virga}
   * @param directory an empty one, removed afterwards
   * @param quick whether fewer or smaller runs will do
   */
  List<Figure> run(Path root, Path directory, boolean quick);
}
