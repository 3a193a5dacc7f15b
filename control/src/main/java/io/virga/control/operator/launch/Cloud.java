package io.virga.control.operator.launch;

import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.Service;
import io.virga.control.operator.host.Machine;
import io.virga.control.operator.host.Part;
import io.virga.control.operator.supervise.Plan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All processes of a home, in the order in which they are shown. */
public final class Cloud {

  private final Home home;
  private final CloudConfiguration configuration;
  private final Machine machine;
  private final Installation installation;

  public Cloud(
      Home home, CloudConfiguration configuration, Machine machine, Installation installation) {
    this.home = home;
    this.configuration = configuration;
    this.machine = machine;
    this.installation = installation;
  }

  /** What runs on this machine as it is now. */
  public List<Plan> plans() {
    JavaProcesses java = new JavaProcesses(home, configuration.ports(), installation);
    List<Plan> plans = new ArrayList<>();
    if (configuration.database().isEmpty()) {
      plans.add(new DatabaseProcess(home, configuration.ports()).plan());
    }
    plans.add(java.plan(Service.CONTROL, after(DatabaseProcess.NAME), () -> {}));
    plans.add(java.plan(Service.OBJECTSTORE, Plan.Order.ANY, () -> {}));
    configuration.moreNodes().forEach(node -> plans.add(java.plan(node)));
    plans.add(java.plan(Service.BLOCKSTORE, Plan.Order.ANY, () -> {}));
    if (runs(Part.NETWORK)) {
      plans.addAll(new SwitchProcesses(home, machine).plans());
      plans.add(java.plan(Service.NETAGENT, after(SwitchProcesses.SWITCH), () -> {}));
    }
    if (runs(Part.COMPUTE)) {
      plans.add(new HypervisorProcess(home, machine).plan());
      plans.add(java.plan(Service.COMPUTE_AGENT, computeOrder(), new Guests(home)::stop));
    }
    return List.copyOf(plans);
  }

  /** What does not run, each with the reason. */
  public Map<String, String> off() {
    Map<String, String> off = new LinkedHashMap<>();
    for (Part part : Part.values()) {
      obstacle(part)
          .ifPresent(reason -> part.processes().forEach(process -> off.put(process, reason)));
    }
    return off;
  }

  private boolean runs(Part part) {
    return obstacle(part).isEmpty();
  }

  private Optional<String> obstacle(Part part) {
    return configuration.without().contains(part.title())
        ? Optional.of("switched off by --without " + part.title())
        : machine.obstacle(part);
  }

  private static Plan.Order after(String name) {
    return new Plan.Order(List.of(name), List.of());
  }

  /** Guests are stopped once the agent has, and need their disks and ports until then. */
  private static Plan.Order computeOrder() {
    return new Plan.Order(
        List.of(HypervisorProcess.NAME),
        List.of(Service.BLOCKSTORE.title(), Service.NETAGENT.title(), SwitchProcesses.SWITCH));
  }
}
