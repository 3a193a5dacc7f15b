package io.virga.control.operator.command;

import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.host.Machine;
import io.virga.control.operator.launch.Cloud;
import io.virga.control.operator.launch.Installation;
import io.virga.control.operator.supervise.ChildState;
import io.virga.control.operator.supervise.ChildStatus;
import io.virga.control.operator.supervise.CloudState;
import io.virga.control.operator.supervise.Health;
import io.virga.control.operator.supervise.PidFile;
import io.virga.control.operator.supervise.Plan;

/** Looks at the processes of a home that has no supervisor. */
final class Unsupervised {

  private Unsupervised() {}

  static CloudState look(Home home, CloudConfiguration configuration) {
    Cloud cloud = new Cloud(home, configuration, Machine.local(), Installation.current());
    return new CloudState(
        0, 0, cloud.plans().stream().map(plan -> status(home, plan)).toList(), cloud.off());
  }

  private static ChildStatus status(Home home, Plan plan) {
    return new PidFile(home.run(), plan.name())
        .read()
        .map(process -> of(plan, process.pid()))
        .orElseGet(
            () ->
                new ChildStatus(
                    plan.name(), ChildState.STOPPED, "", 0, 0, System.currentTimeMillis()));
  }

  private static ChildStatus of(Plan plan, long pid) {
    Health health = plan.probe().check();
    ChildState state =
        switch (health.level()) {
          case UP -> ChildState.UP;
          case DEGRADED -> ChildState.DEGRADED;
          case DOWN -> ChildState.DOWN;
        };
    long now = System.currentTimeMillis();
    return new ChildStatus(plan.name(), state, health.detail(), pid, 0, now);
  }
}
