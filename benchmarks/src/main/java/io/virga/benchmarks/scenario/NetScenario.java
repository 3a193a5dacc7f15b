package io.virga.benchmarks.scenario;

import io.virga.benchmarks.netbench.NetMeasurements;
import io.virga.benchmarks.report.Findings;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Tenants' networks on this machine: a switch and its agent in a namespace, guests in others. */
public final class NetScenario implements Scenario {

  @Override
  public String name() {
    return "net";
  }

  @Override
  public String summary() {
    return "first ping of a port, changes of large groups, an agent's restart, throughput (root)";
  }

  @Override
  public Findings run(Setting setting) {
    try {
      return NetMeasurements.run(setting.directory(), setting.quick(), setting.progress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
