package io.virga.benchmarks.scenario;

import io.virga.benchmarks.controlbench.ControlMeasurements;
import io.virga.benchmarks.report.Findings;

/**
 * How often control answers and how fast it places servers, with a fleet of simulated hosts and its
 * database on one core; beside Keystone on the same core, where it is there.
 */
public final class ControlScenario implements Scenario {

  @Override
  public String name() {
    return "control";
  }

  @Override
  public String summary() {
    return "tokens beside Keystone; placements, reads and writes with 1,000 simulated hosts";
  }

  @Override
  public Findings run(Setting setting) {
    return ControlMeasurements.run(
        new ControlMeasurements.Setting(
            setting.root(), setting.directory(), setting.quick(), setting.progress()));
  }
}
