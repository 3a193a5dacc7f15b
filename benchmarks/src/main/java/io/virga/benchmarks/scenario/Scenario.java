package io.virga.benchmarks.scenario;

import io.virga.benchmarks.report.Findings;

/** Something to measure. */
public interface Scenario {

  /** What it is called on the command line. */
  String name();

  /** One line of what it measures. */
  String summary();

  /** Measures. */
  Findings run(Setting setting);
}
